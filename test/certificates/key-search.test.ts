import { expect, it } from 'vitest';
import { isKeyOfOtherChip } from '../../src/certificates/store.ts';
import { freshDatabase } from '../support/database.ts';
import { noteStatements, planOf } from '../support/plans.ts';

// With many chips it is the difference between a look at one row and a look at every approved chip, at each upload.
it.each([undefined, 'c'.repeat(32)])('another chip with a key is looked for by the key (chip %s)', (chipId) => {
  const db = freshDatabase();
  const statements = noteStatements(db.$client);
  expect(isKeyOfOtherChip(db, 'k', chipId)).toBe(false);
  const [statement = ''] = statements;
  const expected = [expect.stringContaining('USING INDEX certificates_key'), expect.stringContaining('(id=?)')];
  expect(planOf(db.$client, statement)).toEqual(expected);
  db.$client.exec('ANALYZE');
  expect(planOf(db.$client, statement)).toEqual(expected);
  db.$client.close();
});
