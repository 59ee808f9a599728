import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backUpNightly } from '../../src/backup/index.ts';
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
    const before = new Set(keep === 0 ? [] : safeList(folder));
    await backUpNightly({ db, dataDir, folder, keep, log });
    // The file system knows only the real time.
    for (const name of safeList(folder).filter((each) => !before.has(each)))
      utimesSync(join(folder, name), (start + hours * HOUR) / 1000, (start + hours * HOUR) / 1000);
    vi.useRealTimers();
    return safeList(folder);
  };
  return { run, said };
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

  it('are not made where none are to be kept', async () => {
    const { run } = await nights(0);
    expect(await run(0)).toEqual([]);
  });
});
