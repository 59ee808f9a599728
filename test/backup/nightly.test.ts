import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backUpNightly, writeBackup } from '../../src/backup/index.ts';
import { DAY, HOUR } from '../../src/lib/durations.ts';
import { backedUp } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

async function nights(keep: number) {
  const { db, dataDir, folder: place } = await backedUp();
  const folder = join(place, 'nightly');
  const said: unknown[] = [];
  const log = { info: (facts: unknown) => void said.push(facts) };
  const start = Date.now();
  /** The files there are after the run of an hour, counted from the first. */
  const run = async (hours: number) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(start + hours * HOUR);
    await backUpNightly({ write: (file) => writeBackup(db, dataDir, file), folder, keep, log });
    vi.useRealTimers();
    return safeList(folder);
  };
  return { run, said, folder };
}

function safeList(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

describe('nightly backups', () => {
  it('are one a day, also when the portal is started anew', async () => {
    const { run, said } = await nights(7);
    expect(await run(0)).toHaveLength(1);
    expect(await run(19)).toHaveLength(1);
    expect(await run(20)).toHaveLength(2);
    expect(said).toHaveLength(2);
    expect(said[0]).toMatchObject({ auditHead: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  });

  it('are kept up to their number, the newest', async () => {
    const { run } = await nights(2);
    const [first] = await run(0);
    const [, second] = await run((1 * DAY) / HOUR);
    const kept = await run((2 * DAY) / HOUR);
    expect(kept).toHaveLength(2);
    expect(kept).toContain(second);
    expect(kept).not.toContain(first);
  });

  it('are written also after a clock that was ahead, whose backups count as the oldest', async () => {
    const { run } = await nights(2);
    const [ofNextYear] = await run(365 * 24);
    const [today, stillThere] = await run(0);
    expect([today === ofNextYear, stillThere]).toEqual([false, ofNextYear]);
    expect(await run(19)).toEqual([today, ofNextYear]);
    const kept = await run(24);
    expect(kept).toHaveLength(2);
    expect(kept).toContain(today);
    expect(kept).not.toContain(ofNextYear);
  });

  it('do not wait for a copy of an old one, which the file system takes for new', async () => {
    const { run, folder } = await nights(7);
    mkdirSync(folder);
    writeFileSync(join(folder, 'pmp-20190101T010000Z.backup'), 'copied just now');
    expect(await run(0)).toHaveLength(2);
  });

  it('leave alone what is no file, and count it for none', async () => {
    const { run, folder } = await nights(1);
    mkdirSync(join(folder, 'pmp-20190101T010000Z.backup'), { recursive: true });
    const [, first] = await run(0);
    const kept = await run(24);
    expect(kept).toHaveLength(2);
    expect(kept).toContain('pmp-20190101T010000Z.backup');
    expect(kept).not.toContain(first);
  });

  it('take away what was begun and abandoned, but not what is being written', async () => {
    const { run, folder } = await nights(7);
    const stamp = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
    const unfinished = (time: number) => `pmp-${stamp(time)}.backup.${'a'.repeat(32)}.partial`;
    const [old, current] = [unfinished(Date.now() - DAY), unfinished(Date.now() - HOUR)];
    mkdirSync(folder);
    for (const name of [old, current, 'mine.partial']) writeFileSync(join(folder, name), '');
    const names = await run(0);
    expect(names).toHaveLength(3);
    expect(names).toEqual(expect.arrayContaining([current, 'mine.partial']));
  });

  it('are not made where none are to be kept', async () => {
    const { run } = await nights(0);
    expect(await run(0)).toEqual([]);
  });
});
