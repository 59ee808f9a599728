import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';

/** A portal in a process of its own, as an operator starts it. */
export interface PortalProcess {
  readonly child: ChildProcess;
  /** When it ended, by itself or by a signal. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }>;
  output(): string;
  /** Waits until the output matches; returns the first group. */
  says(pattern: RegExp): Promise<string>;
  /** Waits until it answers; returns where. */
  address(): Promise<string>;
}

const started: ChildProcess[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder for the test alone. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pmp-process-'));
  folders.push(folder);
  return folder;
}

/** Starts the portal with these variables and no others of its own; in a folder of its own unless they name one. */
export function startProcess(settings: Record<string, string> = {}): PortalProcess {
  const folder = ownFolder();
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PMP_')));
  const env = { ...own, PMP_DATA_DIR: join(folder, 'data'), PMP_PORT: '0', PMP_CA_KEY: 'ec-p256', ...settings };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/main.ts')], { env, cwd: folder });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const says = async (pattern: RegExp) => {
    await expect.poll(() => output, { timeout: 60_000, interval: 50 }).toMatch(pattern);
    return pattern.exec(output)?.[1] ?? '';
  };
  return {
    child,
    ended: new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, output }))),
    output: () => output,
    says,
    address: () => says(/Partner Management Portal: (https?:\S+)/),
  };
}
