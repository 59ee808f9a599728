import { expect } from 'vitest';
import type { Portal } from './portal.ts';
import type { Answer } from './visitor.ts';

/** Expects a preview (200) that says the file will be accepted. */
export function expectAccepted(answer: Answer, heading: string): void {
  expect({ status: answer.status, codes: answer.codes }).toEqual({ status: 200, codes: [] });
  expect(answer.$('[data-codes]')).toHaveLength(0);
  expect(answer.text('#preview [role=status]')).toContain(heading);
}

/** Expects a preview (200) with exactly these codes, which never says that the file will be accepted. */
export function expectObjections(answer: Answer, codes: readonly string[], ...wording: readonly string[]): void {
  expect({ status: answer.status, codes: answer.codes }).toEqual({ status: 200, codes });
  expect(answer.$('#preview [role=status]')).toHaveLength(0);
  const summary = answer.text('#preview [role=alert]');
  for (const text of [...codes, ...wording]) expect(summary).toContain(text);
  expect(summary).not.toMatch(/\{\{|undefined|\[object|NaN/);
}

/** Expects the fragment for htmx: the preview alone, which does not take the focus away from the file. */
export function expectFragment(answer: Answer): void {
  expect(answer.$('body').children()).toHaveLength(1);
  expect(answer.$('body').children().attr('id')).toBe('preview');
  expect(answer.$('[type=file]')).toHaveLength(0);
  expect(answer.$('[role=alert]:not([data-seen])')).toHaveLength(0);
}

/** How many rows each table has: a preview changes none. */
export function rowCounts({ db }: Portal): Record<string, number> {
  const tables = db.$client
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all() as string[];
  return Object.fromEntries(
    tables.map((table) => [table, db.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number]),
  );
}
