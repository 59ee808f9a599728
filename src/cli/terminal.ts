import { createInterface } from 'node:readline/promises';
import { type Readable, Writable } from 'node:stream';

/** Where a command reads from and writes to. */
export interface Terminal {
  out(line: string): void;
  /** For errors and warnings. */
  err(line: string): void;
  /** Asks for a secret: typed without being shown, or the first line of what is piped in. */
  askSecret(question: string): Promise<string>;
}

/**
 * The terminal of this process. What cannot be written is lost, and nothing is undone for it: whoever reads may have seen enough, such as
 * `head`, or the disk is full. Only what a command was asked for and could not say makes it fail.
 */
export function processTerminal(): Terminal {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || process.exitCode === 1) return;
    process.exitCode = 1;
    process.stderr.write(`The standard output cannot be written: ${error.message}\n`);
  });
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    askSecret: (question) => readSecret(process.stdin, process.stdin.isTTY === true ? question : undefined),
  };
}

/**
 * Reads a line.
 * @param question printed on standard error when somebody types; what is typed is then not shown
 */
export async function readSecret(input: Readable, question?: string): Promise<string> {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silence, terminal: question !== undefined });
  if (question !== undefined) process.stderr.write(question);
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    if (question !== undefined) process.stderr.write('\n');
  }
}
