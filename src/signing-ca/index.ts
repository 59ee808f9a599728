export { type Issued, openSigningCa, type SigningCa } from './signing-ca.ts';
