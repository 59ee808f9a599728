import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { startDemoPortal } from '../../scripts/demo/portal.ts';

it('keeps all that it writes in a folder of its own, nightly backups too, and removes it at the end', async () => {
  const demo = await startDemoPortal({ host: '127.0.0.1', port: 0 });
  const folder = dirname(demo.samples.folder);
  try {
    const backups = () => (existsSync(join(folder, 'backups')) ? readdirSync(join(folder, 'backups')) : []);
    await expect.poll(backups, { timeout: 10_000 }).toEqual([expect.stringMatching(/\.backup$/)]);
  } finally {
    await demo.close();
  }
  expect(existsSync(folder)).toBe(false);
}, 60_000);
