import { describe, expect, it } from 'vitest';
import { getHead, recordChange, SYSTEM } from '../../src/audit/index.ts';
import type { Db } from '../../src/db/index.ts';
import { pmp, startServer, temporaryFolder } from './support.ts';

/** A portal whose trail has three entries more, and what is done to it then. */
async function placeWith(work: (db: Db, first: number) => void = () => undefined) {
  const place = temporaryFolder();
  const { db } = await startServer(place.dataDir);
  const first = getHead(db).entryId + 1;
  for (const id of ['a', 'b', 'c']) recordChange(db, SYSTEM, { action: 'chip.add', thing: { type: 'chip', id } });
  work(db, first);
  return { place, first, head: getHead(db) };
}

describe('pmp audit verify', () => {
  it('says that the trail is sound, and its head', async () => {
    const { place, head } = await placeWith();
    const { code, out, err } = await pmp(['audit', 'verify', '--head', head.hash.toUpperCase()], place);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`sound: ${head.entryId} entries, and contains the head that was given.`);
    expect(out).toContain(`head ${head.hash} (entry ${head.entryId})`);
  });

  it('says that a head was not copied whole', async () => {
    const { place, head } = await placeWith();
    const { code, err } = await pmp(['audit', 'verify', '--head', head.hash.slice(1)], place);
    expect([code, err]).toEqual([1, expect.stringContaining('no hash of 64 hexadecimal digits')]);
  });

  it('names the first entry that is not as it was written', async () => {
    const { place, first } = await placeWith((db, id) =>
      db.$client.exec(`DROP TRIGGER audit_entries_no_update; UPDATE audit_entries SET thing_id = 'x' WHERE id > ${id}`),
    );
    const { code, err } = await pmp(['audit', 'verify'], place);
    expect([code, err]).toEqual([1, expect.stringContaining(`Entry ${first + 1} is not as it was written`)]);
  });

  it('says where the trail ends when what came after was removed', async () => {
    const { place, first } = await placeWith((db, id) =>
      db.$client.exec(`DROP TRIGGER audit_entries_no_delete; DELETE FROM audit_entries WHERE id > ${id}`),
    );
    const { code, err } = await pmp(['audit', 'verify'], place);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining(`ends at entry ${first}, but its head is entry ${first + 2}`),
    ]);
  });

  it('says when the trail is not the one of a head that was kept', async () => {
    const { place } = await placeWith();
    const { code, err } = await pmp(['audit', 'verify', '--head', 'a'.repeat(64)], place);
    expect([code, err]).toEqual([1, expect.stringContaining('does not contain the head')]);
  });
});
