import Database from 'better-sqlite3';
import fastify from 'fastify';
import type { Ran } from '../../test/support/plans.ts';

/**
 * What the portal's pages are measured against: Fastify with nothing registered, over the same database file. `/list` runs the
 * statements it was given, prepared once, and sends a ready string; `/text` only sends one. Started by `npm run bench`.
 */
export interface BareTask {
  readonly database: string;
  /** The statements of the portal's list, as they ran. */
  readonly statements: readonly Ran[];
  /** Of the portal's answers, in bytes. */
  readonly listBytes: number;
  readonly textBytes: number;
}

const { database, statements, listBytes, textBytes } = JSON.parse(process.env.BARE_TASK ?? '') as BareTask;
const sqlite = new Database(database);
sqlite.function('casefold', (text: unknown) => text);
const prepared = statements.map(({ text, values }) => ({ statement: sqlite.prepare(text), values }));
const [list, text] = ['x'.repeat(listBytes), 'x'.repeat(textBytes)];

const app = fastify();
app.get('/list', (_request, reply) => {
  let rows = 0;
  for (const { statement, values } of prepared) rows += statement.all(...values).length;
  if (rows === 0) throw new Error('the statements find nothing');
  return reply.type('text/html; charset=utf-8').send(list);
});
app.get('/text', (_request, reply) => reply.type('text/html; charset=utf-8').send(text));
console.log(`Portal: ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
