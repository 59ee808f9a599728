import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { asFile, type MadeCertificate, makeIntermediate, makeLeaf, makeRoot } from '../test/support/certificates.ts';
import { type Answer, Visitor } from '../test/support/visitor.ts';
import { type Server, startPortal } from './bench/child.ts';
import { median, p99 } from './bench/figures.ts';
import { ADMIN, openFilled } from './bench/filled.ts';
import { Recorder, sendEach } from './bench/prepared.ts';
import { Network } from './crash/network.ts';

/**
 * `npm run bench:issuing`: how many partner certificates the portal takes in a second, whole (sent over a connection, read, judged, issued
 * under an RSA key of 3072 bits, committed), against how many signatures OpenSSL makes with such a key on one core; and how long the
 * admin's list takes meanwhile. Exits 1 where a bar is missed. Loopback only; ends by itself within two minutes.
 */
const LEAST_SHARE = 0.4;
const MOST_SLOWER_P99 = 5;
const CHIPS = 10_000;
/** So many upload at once, each one certificate after the other: more than are worked on at once, so that there is always something to do. */
const PARTNERS = 32;
/** A round lasts some two seconds: where it lasted a third of that, one pause of the machine was felt in the figures. */
const [ROUNDS, UPLOADS] = [5, 1_200];
/** Before anything is measured: V8 compiles what has run often, and an upload takes half as long after a thousand as at first. */
const FIRST_UPLOADS = 1_000;
/** In ms. Between two requests for the list there is a pause: somebody looks around meanwhile, which is no load. */
const [SIGNING, LOOKING, PAUSE] = [1_500, 2_000, 10];
/** In ms. What uploads leave to be done afterwards, such as carrying the log into the database, is no idleness. */
const SETTLING = 1_000;
const PASSWORD = 'a long pass phrase 8';

async function measure(address: string): Promise<void> {
  const network = new Network({ keepAlive: true });
  network.address = address;
  const ada = new Visitor(network);
  accepted(await ada.post('/login', { identifier: ADMIN.username, password: ADMIN.password }));
  const root = makeRoot();
  const ca = makeIntermediate(root);
  accepted(await ada.upload('/trust-store', fileOf(root), { domain: 'FTM', type: 'root' }));
  accepted(await ada.upload('/trust-store', fileOf(ca), { domain: 'FTM', type: 'intermediate' }));
  const partners: Visitor[] = [];
  for (let number = 0; number < PARTNERS; number += 1) partners.push(await register(network, number));
  const makeUploads = (length = UPLOADS) =>
    prepare(
      partners,
      Array.from({ length }, () => makeLeaf(ca)),
    );
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
  await uploadAll(address, await makeUploads(FIRST_UPLOADS));
  await look(ada, wait(LOOKING));

  const [signatures, uploads]: [number[], number[]] = [[], []];
  const [idle, beside]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [first, second] = [await makeUploads(), await makeUploads()];
    signatures.push(signaturesPerSecond(privateKey));
    uploads.push(await uploadAll(address, first));
    await wait(SETTLING);
    idle.push(...(await look(ada, wait(LOOKING))));
    beside.push(...(await look(ada, uploadAll(address, second))));
  }
  tell(signatures, uploads, idle, beside);
}

/** Somebody registers, and accepts the terms. */
async function register(network: Network, number: number): Promise<Visitor> {
  const visitor = new Visitor(network);
  const names = { firstName: 'Pia', lastName: 'Rao', username: `maker${number}`, email: `maker${number}@a.example` };
  const rest = { partnerType: 'FTM_PROVIDER', address: '1 Silicon Street', phone: '+91 80 1234', language: 'en' };
  const password = { password: PASSWORD, confirmPassword: PASSWORD };
  accepted(await visitor.post('/register', { ...names, ...rest, ...password, organization: 'Acme Chips Ltd' }));
  const version = (await visitor.get('/consent')).$('[name=version]').attr('value') ?? '';
  accepted(await visitor.post('/consent', { accept: 'on', version }));
  return visitor;
}

/** How many signatures one core makes in a second. */
function signaturesPerSecond(key: KeyObject): number {
  const message = randomBytes(1_000);
  const begin = performance.now();
  let made = 0;
  for (; performance.now() < begin + SIGNING; made += 1) sign('sha256', message, key);
  return perSecond(made, begin);
}

/** What each partner is going to send. */
async function prepare(partners: readonly Visitor[], files: readonly MadeCertificate[]): Promise<Buffer[][]> {
  const each = partners.map(({ cookies }) => {
    const recorder = new Recorder();
    return { recorder, visitor: new Visitor(recorder, cookies) };
  });
  for (const [index, file] of files.entries())
    await each[index % each.length]?.visitor.upload('/partner-certificate', fileOf(file));
  return each.map(({ recorder }) => recorder.requests);
}

/** Each partner uploads one certificate after the other, all of them at once; how many are accepted in a second. */
async function uploadAll(address: string, prepared: readonly Buffer[][]): Promise<number> {
  const begin = performance.now();
  await Promise.all(prepared.map((requests) => sendEach(address, requests)));
  return perSecond(prepared.flat().length, begin);
}

/** Asks for the list again and again until something is over; how long each answer took, in ms. */
async function look(ada: Visitor, until: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let over = false;
  const end = () => {
    over = true;
  };
  until.then(end, end);
  while (!over) {
    const begin = performance.now();
    if ((await ada.get('/chips')).status !== 200) throw new Error('the list is refused');
    times.push(performance.now() - begin);
    await wait(PAUSE);
  }
  await until;
  return times;
}

function tell(signatures: number[], uploads: number[], idle: number[], beside: number[]): void {
  const share = median(uploads.map((each, round) => each / (signatures[round] ?? Number.NaN)));
  const slower = p99(beside) / p99(idle);
  console.log(`\nsignatures per second on one core   ${median(signatures).toFixed(0)}`);
  console.log(`certificates taken per second       ${median(uploads).toFixed(0)}`);
  console.log(`share                               ${(share * 100).toFixed(0)} % (at least ${LEAST_SHARE * 100} %)`);
  console.log(`list, p99 in ms: idle ${p99(idle).toFixed(1)}, beside uploads ${p99(beside).toFixed(1)}`);
  console.log(`quotient                            ${slower.toFixed(1)} (at most ${MOST_SLOWER_P99})`);
  if (share < LEAST_SHARE || slower > MOST_SLOWER_P99) process.exitCode = 1;
}

function accepted(answer: Answer): void {
  if (answer.status !== 303) throw new Error(`refused: ${answer.status} ${answer.codes.join(', ')}`);
}

const fileOf = (made: MadeCertificate) => ({ name: 'certificate.pem', bytes: asFile(made) });
const perSecond = (count: number, begin: number) => (count * 1000) / (performance.now() - begin);

const folder = mkdtempSync(join(tmpdir(), 'pmp-bench-'));
let portal: Server | undefined;
try {
  (await openFilled(join(folder, 'data'), CHIPS)).$client.close();
  portal = await startPortal(folder);
  await measure(portal.address);
} finally {
  portal?.process.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
