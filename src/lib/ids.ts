import { createHash, randomBytes } from 'node:crypto';

/** An unguessable id for a row: 128 random bits as 32 lower-case hex digits. */
export function newId(): string {
  return randomBytes(16).toString('hex');
}

/** A secret for a link or a cookie: 256 random bits, base64url (43 characters). Only its hash is ever stored. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 of text or bytes, as lower-case hex. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
