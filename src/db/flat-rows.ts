/** A column whose values are read as they are stored: texts and whole numbers. */
interface Plain {
  readonly _: { readonly dataType: 'string' | 'number' };
}

/**
 * The rows of a prepared query that selects columns side by side. Drizzle, which finds out anew for
 * each value of each row what becomes of it, takes several times as long; it matters where a page shows dozens of rows.
 * @param columns what was selected, in that order
 */
export function flatRows<Row extends object>(
  columns: { readonly [name in keyof Row]: Plain },
  prepared: { all(): Row[]; values(values: Record<string, unknown>): unknown },
  values: Record<string, unknown>,
): Row[] {
  const names = Object.keys(columns);
  return (prepared.values(values) as unknown[][]).map((row) => {
    const read: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index += 1) read[names[index] ?? ''] = row[index];
    return read as Row;
  });
}
