import { sha256Hex } from './ids.ts';

/** What the first link of a chain of hashes follows. */
export const CHAIN_START = '0'.repeat(64);

/**
 * The hash of a link: SHA-256 over the one before it and over its values, as a JSON array, so that no two lists of values read alike.
 * @returns lower-case hex
 */
export function chainedHash(previous: string, ...values: readonly (string | number | null)[]): string {
  return sha256Hex(JSON.stringify([previous, ...values]));
}
