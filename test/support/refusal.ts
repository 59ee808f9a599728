import { expect } from 'vitest';
import type { Answer } from './visitor.ts';

/**
 * Expects a form to be refused: 422, exactly these codes in this order, each named on the page, the form again with a file field
 * marked as wrong.
 * @param wording what the page must say of what was compared
 */
export function expectRefused(answer: Answer, codes: readonly string[], ...wording: readonly string[]): void {
  expect({ status: answer.status, codes: answer.codes }).toEqual({ status: 422, codes });
  const summary = answer.text('[role=alert]');
  for (const text of [...codes, ...wording]) expect(summary).toContain(text);
  expect(summary).not.toMatch(/\{\{|undefined|\[object|NaN/);
  expect(answer.$('form[enctype="multipart/form-data"] input[type=file][name=certificate]')).toHaveLength(1);
}

/** Expects the last row of the trail to tell of this refused attempt. */
export function expectTrailRefusal(
  trail: readonly { actor: string; action: string; outcome: string; code: string | null }[],
  expected: { readonly actor: string; readonly action: string; readonly code: string },
): void {
  expect(trail.at(-1)).toMatchObject({ ...expected, outcome: 'refused' });
}
