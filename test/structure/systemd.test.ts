import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findProgram, need } from '../support/tools.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const unit = read('packaging/pmp.service');
const canAnalyze = need(findProgram('systemd-analyze') !== undefined, 'systemd-analyze is not installed');
/** Tenths, of 100, that `systemd-analyze security` gives at most. Measured: 13, with the privilege for port 443 16; each version counts a little differently. */
const EXPOSURE = 20;

/** The blocks of code of a kind in the document. */
const blocksOf = (kind: string) =>
  [...read('docs/operations.md').matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, language]) => language === kind)
    .map(([, , code = '']) => code);
const portDropIn = blocksOf('ini').find((block) => block.includes('CAP_NET_BIND_SERVICE')) ?? '';

/** Writes the unit, as it can be checked on a machine where the portal is not installed. */
function placed(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pmp-unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'pmp.service');
  writeFileSync(file, text.replace('/usr/local/bin/pmp', process.execPath));
  return file;
}

function analyze(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

describe('packaging', () => {
  it('is shown by docs/operations.md as it is', () => {
    expect(blocksOf('ini')).toContain(unit);
    expect(blocksOf('sh')).toContain(read('packaging/pmpctl'));
    expect(statSync(join(ROOT, 'packaging/pmpctl')).mode & 0o111).toBe(0o111);
  });

  it('gives service and commands the same user, data directory, settings and passphrase', () => {
    const command = read('packaging/pmpctl');
    const settings = new Map([...unit.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
    expect(command).toContain(`runuser -u ${settings.get('User')} -- ${settings.get('ExecStart')?.split(' ')[0]} "$@"`);
    expect(command).toContain(`. ${settings.get('EnvironmentFile')?.slice(1)}\n`);
    expect(command).toContain(`$(cat ${settings.get('LoadCredential')?.split(':')[1]})`);
    expect(unit).toContain(`Environment=${/^PMP_DATA_DIR=.*$/m.exec(command)?.[0]}\n`);
  });

  it.skipIf(!canAnalyze)('is a unit that systemd takes without a word', () => {
    expect(analyze('verify', placed(unit))).toEqual({ status: 0, said: '' });
    expect(analyze('verify', placed(unit.replace('RestartSec=10', 'RestartSec=soon'))).said).toContain(
      'Failed to parse',
    );
  });

  it.skipIf(!canAnalyze).each([
    ['alone', ''],
    ['with the privilege for port 443', portDropIn],
  ])('is a unit that is sandboxed well: %s', (_, dropIn) => {
    const text = unit.replace('[Install]', `${dropIn.replace('[Service]', '')}\n[Install]`);
    const { status, said } = analyze('security', '--offline=true', `--threshold=${EXPOSURE}`, placed(text));
    expect([status, /exposure level.*/.exec(said)?.[0]]).toEqual([0, expect.stringContaining(' OK')]);
  });
});
