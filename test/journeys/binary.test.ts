import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamicOf, offsetOf, textAt } from '../../scripts/pack/elf.ts';
import { sha256Hex } from '../../src/lib/ids.ts';
import { makeRoot } from '../support/certificates.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** What packing knows. */
const canPack = process.platform === 'linux' && process.arch === 'x64';
const PASSWORD = 'a long pass phrase 7';

let place: string;
let packed: string;
let data: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  if (!canPack) return;
  place = mkdtempSync(join(tmpdir(), 'pmp-binary-'));
  packed = join(place, 'packed');
  mkdirSync(join(place, 'empty'));
  data = join(place, 'empty', 'data');
  // Makes it twice and compares.
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/pack.ts'), '--check', '--out', packed]);
}, 480_000);
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  if (canPack) rmSync(place, { recursive: true });
});

/** Runs the packed program to its end: no environment but these settings, an empty folder, no Node. */
function pmp(args: readonly string[], settings: Record<string, string> = {}, input = '') {
  const { status, stdout, stderr } = spawnSync(join(packed, 'pmp'), args, {
    cwd: join(place, 'empty'),
    env: settings,
    encoding: 'utf8',
    input,
  });
  return { code: status, out: stdout, err: stderr };
}

/** Starts the portal on a port of its own. @returns its address, and what ends it */
async function serve(settings: Record<string, string> = {}) {
  const env = { PMP_PORT: '0', PMP_CA_KEY: 'ec-p256', PMP_RATE_LIMIT: '0', ...settings };
  const child = spawn(join(packed, 'pmp'), { cwd: join(place, 'empty'), env });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString();
    });
  }
  const ended = new Promise<number | null>((done) => child.on('close', done));
  await expect.poll(() => output, { timeout: 25_000, interval: 50 }).toMatch(/Management Portal: http/);
  return {
    url: /Management Portal: (http\S+)/.exec(output)?.[1] ?? '',
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    output: () => output,
    end: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

const signIn = (url: string, password: string) =>
  fetch(`${url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url },
    body: new URLSearchParams({ identifier: 'ada', password }),
  });

/** What an address answers over HTTPS to somebody who is said to come by version 6 of the Internet Protocol. */
function askSecurely(address: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((done, failed) => {
    const headers = { 'x-forwarded-for': '2001:db8::7' };
    get(address, { rejectUnauthorized: false, headers }, async (response) => {
      let text = '';
      for await (const piece of response.setEncoding('utf8')) text += piece;
      done({ status: response.statusCode, text });
    }).on('error', failed);
  });
}

const addons = () => readdirSync(join(data, 'native')).map((name) => join(data, 'native', name));
const areSound = () => addons().every((file) => sha256Hex(readFileSync(file)) === /(\w+)\.node$/.exec(file)?.[1]);

function replace(file: string, by: () => void): void {
  rmSync(file);
  by();
}

describe.skipIf(!canPack)('the packed program', { timeout: 60_000 }, () => {
  it('says what it is and what it can do, without a data directory', () => {
    const version = pmp(['version']);
    const { version: own } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect([version.code, version.err]).toEqual([0, '']);
    expect(version.out).toMatch(
      new RegExp(`^pmp ${own}\ncommit \\S+\nNode ${process.versions.node}\nSQLite 3\\.\\S+\n$`),
    );
    const help = pmp(['--help']);
    expect([help.code, help.out]).toEqual([0, expect.stringMatching(/serve[\s\S]*ca[\s\S]*backup[\s\S]*version/)]);
    expect(readdirSync(join(place, 'empty'))).toEqual([]);
  });

  it('takes no flags of Node, from the environment or as arguments', () => {
    expect(pmp(['version'], { NODE_OPTIONS: '--no-such-flag' }).out).toMatch(/^pmp /);
    expect(pmp(['-e', '1'])).toMatchObject({ code: 1, err: expect.stringContaining('unknown option') });
  });

  it('serves pages with all that is on them, lets its first admin in, and ends on SIGTERM', async () => {
    const { url, signal, output, end } = await serve({
      PMP_ADMIN_EMAIL: 'ada@a.example',
      PMP_ADMIN_USERNAME: 'ada',
      PMP_ADMIN_PASSWORD: PASSWORD,
    });
    // Node would open its debugger.
    signal('SIGUSR1');
    expect((await fetch(`${url}/readyz`)).status).toBe(200);

    const page = load(await (await fetch(`${url}/login`)).text());
    const loaded = page('link[href^="/assets"], script[src^="/assets"], img[src^="/assets"]')
      .toArray()
      .map((element) => page(element).attr('href') ?? page(element).attr('src') ?? '');
    expect(loaded.length).toBeGreaterThan(2);
    for (const address of loaded) {
      const asset = await fetch(url + address);
      expect([address, asset.status]).toEqual([address, 200]);
      expect((await asset.bytes()).length).toBeGreaterThan(100);
    }

    expect((await signIn(url, 'not the pass phrase')).status).toBe(422);
    const signedIn = await signIn(url, PASSWORD);
    expect(signedIn.status).toBe(303);
    const cookie = signedIn.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
    const home = await fetch(url + signedIn.headers.get('location'), { headers: { cookie } });
    expect([home.status, await home.text()]).toEqual([200, expect.stringContaining('</main>')]);

    const guide = load(await (await fetch(`${url}/help/partner/chips`)).text());
    const picture = await fetch(url + guide('main img').first().attr('src'));
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/webp']);

    expect(await end()).toBe(0);
    expect(output()).not.toMatch(/debugger/i);
    expect(readdirSync(join(place, 'empty'))).toEqual(['data']);
  });

  it('keeps its addons in the data directory, for nobody else', () => {
    expect(addons()).toHaveLength(2);
    expect(areSound()).toBe(true);
    expect(statSync(join(data, 'native')).mode & 0o777).toBe(0o700);
    expect(addons().map((file) => statSync(file).mode & 0o777)).toEqual([0o500, 0o500]);
  });

  const BROKEN: readonly [what: string, spoil: (file: string) => void][] = [
    ['changed', (file) => writeFileSync(file, 'no addon')],
    ['cut off', (file) => writeFileSync(file, readFileSync(file).subarray(0, 4096))],
    ['missing', (file) => rmSync(file)],
    ['a link', (file) => replace(file, () => symlinkSync('/bin/true', file))],
    ['a folder', (file) => replace(file, () => mkdirSync(join(file, 'inside'), { recursive: true }))],
  ];
  it.each(BROKEN)('replaces an addon that is %s before it is loaded', (_what, spoil) => {
    // The larger one is that of SQLite; that of argon2 is loaded when somebody signs in.
    const [sqlite = ''] = addons().sort((a, b) => statSync(b).size - statSync(a).size);
    chmodSync(sqlite, 0o600);
    spoil(sqlite);
    expect(pmp(['ca', 'show'])).toMatchObject({ code: 0, out: expect.stringContaining('(issuing, signs now)') });
    expect([addons().length, areSound()]).toEqual([2, true]);
  });

  it('asks for a secret', () => {
    const named = ['--email', 'ben@moi.example', '--username', 'ben', '--first-name', 'Ben', '--last-name', 'Obi'];
    expect(pmp(['admin', 'add', ...named], {}, `${PASSWORD} of ben\n`)).toMatchObject({ code: 0 });
    expect(pmp(['admin', 'add', ...named], {}, `${PASSWORD} of ben\n`).code).toBe(1);
  });

  it('loads what a start does without when it is asked for: HTTPS, figures, addresses of version 6, a program for the backup', async () => {
    const { pem, privateKey } = makeRoot({ subject: { CN: 'localhost' } });
    const [cert, key] = [join(place, 'cert.pem'), join(place, 'key.pem')];
    writeFileSync(cert, pem);
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    rmSync(join(data, 'backups'), { recursive: true, force: true });
    const { url, output, signal, end } = await serve({
      PMP_TLS_CERT_FILE: cert,
      PMP_TLS_KEY_FILE: key,
      PMP_METRICS: '1',
      PMP_TRUST_PROXY: '127.0.0.1',
      PMP_RATE_LIMIT: '100',
    });
    expect(await askSecurely(`${url}/login`)).toMatchObject({ status: 200 });
    await expect.poll(output).toContain('"ip":"2001:db8::7"');
    expect(await askSecurely(`${url}/metrics`)).toMatchObject({
      status: 200,
      text: expect.stringMatching(/pmp_http_requests_total\{.*route="\/login"/),
    });
    signal('SIGHUP');
    await expect.poll(() => output().match(/HTTPS certificate in use/g)).toHaveLength(2);
    await expect
      .poll(() => readdirSync(data).includes('backups') && readdirSync(join(data, 'backups')), { timeout: 25_000 })
      .toEqual([expect.stringMatching(/^pmp-\w+\.backup$/)]);
    expect(await end()).toBe(0);
  });

  it('replaces the addon for passwords, too, while it runs', async () => {
    const { url, end } = await serve();
    for (const file of addons()) replace(file, () => writeFileSync(file, 'no addon'));
    expect((await signIn(url, PASSWORD)).status).toBe(303);
    expect(await end()).toBe(0);
    expect(addons().filter((file) => readFileSync(file, 'utf8') === 'no addon')).toHaveLength(1);
  });

  it('removes the addons of other versions', () => {
    for (const file of addons()) rmSync(file);
    writeFileSync(join(data, 'native', `${'0'.repeat(64)}.node`), 'an earlier one');
    expect(pmp(['ca', 'show']).code).toBe(0);
    expect([addons().length, areSound()]).toEqual([1, true]);
  });

  it('needs no library that a bare Debian lacks', () => {
    const program = readFileSync(join(packed, 'pmp'));
    const [NEEDED, STRTAB] = [1, 5];
    const dynamic = dynamicOf(program);
    const strings = offsetOf(program, dynamic.find(({ tag }) => tag === STRTAB)?.value ?? 0);
    const needed = dynamic.filter(({ tag }) => tag === NEEDED).map(({ value }) => textAt(program, strings + value));
    expect(needed.sort()).toEqual([
      'ld-linux-x86-64.so.2',
      'libc.so.6',
      'libdl.so.2',
      'libgcc_s.so.1',
      'libm.so.6',
      'libpthread.so.0',
      'libstdc++.so.6',
    ]);
  });

  it('comes with the list of what is in it, with unit and command for systemd, and the hashes of all', () => {
    const list = readFileSync(join(packed, 'pmp.cdx.json'), 'utf8');
    const handed = ['pmp', 'pmp.cdx.json', 'licences.txt', 'pmp.service', 'pmpctl'];
    expect(readdirSync(packed).sort()).toEqual(['SHA256SUMS', ...handed].sort());
    const sums = handed.map((name) => `${sha256Hex(readFileSync(join(packed, name)))}  ${name}\n`);
    expect(readFileSync(join(packed, 'SHA256SUMS'), 'utf8')).toBe(sums.join(''));
    expect(statSync(join(packed, 'pmpctl')).mode & 0o777).toBe(0o755);
    const bom = JSON.parse(list) as { bomFormat: string; components: { name: string; version: string }[] };
    const names = bom.components.map(({ name }) => name);
    expect(bom.bomFormat).toBe('CycloneDX');
    expect(names).toEqual(
      expect.arrayContaining(['fastify', 'better-sqlite3', 'argon2', 'htmx.org', 'prom-client', 'ip-address', 'node']),
    );
    expect(names).not.toContain('vitest');
    expect(list).not.toContain(ROOT);
    // Each with its licence.
    const texts = readFileSync(join(packed, 'licences.txt'), 'utf8');
    for (const { name, version } of bom.components.filter((each) => each.name !== 'node'))
      expect(texts).toMatch(new RegExp(`^(@[\\w-]+/)?${name} ${version}$`, 'm'));
    expect(texts).toContain('Permission is hereby granted');
    expect(texts).not.toContain(ROOT);
  });
});
