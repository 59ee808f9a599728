import * as z from 'zod';
import { choice, refuse, type Typed, text } from '../http/forms.ts';
import { LANGUAGES } from '../i18n/index.ts';
import type { Reason } from '../lib/reasons.ts';
import { caseKey } from '../lib/text.ts';
import { type OwnNames, passwordFault } from './password.ts';

/** The fields of accounts (rules 7). Lengths in characters. */
export const firstName = text({ max: 128 });
export const lastName = text({ max: 128 });
export const organization = text({ max: 128 });
export const address = text({ max: 2000, verbatim: true });
export const phone = text({ max: 16, form: { pattern: /^[0-9+\-() ]+$/, name: 'phone-form' } });
export const language = choice(LANGUAGES);

/**
 * A local part of at most 64 characters and a domain of labels joined by dots: what mail servers deliver to, not all that RFC 5322
 * allows (no quoted local part, no comment). Names of any script are in (RFC 6531).
 */
const ATOM = String.raw`[^\s@<>()[\],;:"\\.]+`;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?`;
const EMAIL = new RegExp(String.raw`^(?=[^@]{1,64}@)${ATOM}(?:\.${ATOM})*@${LABEL}(?:\.${LABEL})*$`, 'u');
export const email = text({ max: 254, form: { pattern: EMAIL, name: 'email-form' } });

/** The partner ID: too long PMS_PRT_052, other characters (spaces above all) PMS_PRT_066. */
export const username = z.unknown().transform((value, context) => {
  if (typeof value !== 'string' || value.trim() === '') return refuse(context, { code: 'PMP-FV-001', name: 'missing' });
  const typed = value.trim();
  if (!/^[A-Za-z0-9._-]+$/.test(typed)) return refuse(context, { code: 'PMS_PRT_066', name: 'username-form' });
  if (typed.length > 36)
    return refuse(context, { code: 'PMS_PRT_052', name: 'username-long', data: { length: typed.length, max: 36 } });
  return typed;
});

/** A password as typed: nothing is trimmed or changed. */
export const password = z.unknown().transform((value, context) => {
  if (typeof value !== 'string' || value === '') return refuse(context, { code: 'PMP-FV-001', name: 'missing' });
  return value;
});

/**
 * What is wrong with a new password and its repetition; an empty one is reported by the field itself.
 * @param own what it must not be made of
 */
export function newPasswordReasons(typed: Typed, own: OwnNames): Reason[] {
  const { password = '', confirmPassword = '' } = typed;
  if (password === '') return [];
  const fault = passwordFault(password, own);
  const differs = confirmPassword !== '' && password !== confirmPassword;
  return [
    ...(fault === undefined ? [] : [{ ...fault, field: 'password' }]),
    ...(differs ? [{ code: 'PMP-FV-004', name: 'password-differs', field: 'confirmPassword' }] : []),
  ];
}

/** The same on a form that makes an account: the names are those typed beside the password. */
export function newAccountReasons(typed: Typed): Reason[] {
  const { username = '', email = '', organization = null } = typed;
  return newPasswordReasons(typed, { username, email, organization });
}

/** The form under which e-mail addresses and usernames are unique. */
export function accountKey(name: string): string {
  return caseKey(name);
}
