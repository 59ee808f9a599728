import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { toPemText } from '../../test/support/certificates.ts';
import { AT } from './plan.ts';
import type { Verdict } from './verdict.ts';

/**
 * `-check_ss_sig`: a root's own signature counts, as for the portal. The two options on policies start policy processing with
 * any policy, as RFC 5280 6.1.1 (c) does by default. Not `-x509_strict`: it asks of CAs what section 4 asks, not section 6.
 */
const OPTIONS = [
  ...['-no-CApath', '-no-CAstore'],
  ...['-check_ss_sig', '-policy_check', '-policy', '2.5.29.32.0', '-attime', String(AT / 1_000)],
];

/** One shell for many questions: for Node to start a process takes longer than for OpenSSL to answer. */
const ANSWER_ALL = 'while read -r options; do openssl verify $options 2>&1; echo "status $?"; done';

/** Asks `openssl verify`, one question at a time, over files in a folder of its own. */
export class Openssl {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pmp-oracle-'));
  readonly #shell = spawn('sh', ['-c', ANSWER_ALL], { cwd: this.#folder, stdio: ['pipe', 'pipe', 'inherit'] });
  readonly #lines = createInterface(this.#shell.stdout)[Symbol.asyncIterator]();

  /** Its verdict on certificates in DER. */
  async ask(roots: readonly Buffer[], intermediates: readonly Buffer[], leaf: Buffer): Promise<Verdict> {
    const anchors = roots.length === 0 ? ['-no-CAfile'] : ['-CAfile', this.#file('roots.pem', roots)];
    const between = intermediates.length === 0 ? [] : ['-untrusted', this.#file('between.pem', intermediates)];
    const question = [...OPTIONS, ...anchors, ...between, this.#file('leaf.pem', [leaf])].join(' ');
    this.#shell.stdin.write(`${question}\n`);
    return readVerdict(await this.#answer());
  }

  async #answer(): Promise<string> {
    let output = '';
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`openssl ended: ${output}`);
      output += `${value}\n`;
      if (/^status \d+$/.test(value)) return output;
    }
  }

  /** Relative to the folder in which the shell works. */
  #file(name: string, ders: readonly Buffer[]): string {
    writeFileSync(join(this.#folder, name), ders.map((der) => toPemText(der)).join(''));
    return name;
  }

  async close(): Promise<void> {
    this.#shell.stdin.end();
    await once(this.#shell, 'close');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function readVerdict(output: string): Verdict {
  const status = /^status (\d+)$/m.exec(output)?.[1];
  const refusal = REFUSALS.map((words) => words.exec(output)?.[1]).find((words) => words !== undefined);
  if (status === '0' && / OK$/m.test(output)) return { accepted: true, reason: 'accepted' };
  if (status !== '0' && refusal !== undefined) return { accepted: false, reason: refusal.trim() };
  throw new Error(`openssl verify ended in no verdict: ${output}`);
}

/** A certificate that breaks a rule; one with a key that cannot be; a file in which there is no certificate that it can read. */
const REFUSALS = [
  /error \d+ at \d+ depth lookup: (.*)/,
  /^error leaf\.pem: (verification failed)/m,
  /((?:Could not read|Unable to load|Could not find)[^\n]*)/i,
];
