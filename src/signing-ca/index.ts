export { type Issued, openSigningCa, type SigningCa } from './signing-ca.ts';
export type { Standing } from './standing.ts';
