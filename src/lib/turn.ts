/**
 * Reads at most once in a turn of the event loop, for what takes as long as a small query and what many requests of one turn ask: between two of them
 * nothing could be done about a change anyway.
 */
export function onceInATurn<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    if (known === undefined) {
      known = { value: read() };
      setImmediate(() => {
        known = undefined;
      }).unref();
    }
    return known.value;
  };
}
