import { spawnSync } from 'node:child_process';

/** Runs openssl; the output is what it prints, errors too. */
export function openssl(args: readonly string[], input?: string | Buffer): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('openssl', args, input === undefined ? {} : { input });
  return { status, output: `${stdout}${stderr}` };
}
