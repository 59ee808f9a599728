import type { ICONS } from './icons.ts';

/** How a status looks: its colour (none: plain) and the icon beside its name. */
export interface StatusLook {
  readonly tone: '' | 'green' | 'amber' | 'orange' | 'red';
  readonly icon: (typeof ICONS)[number];
}

const LOOKS: ReadonlyMap<string, StatusLook> = new Map([
  ['pending_cert_upload', { tone: 'orange', icon: 'upload' }],
  ['pending_approval', { tone: 'amber', icon: 'clock' }],
  ['approved', { tone: 'green', icon: 'check' }],
  ['rejected', { tone: 'red', icon: 'x' }],
  ['deactivated', { tone: '', icon: 'power' }],
  ['valid', { tone: 'green', icon: 'check' }],
  ['expired', { tone: 'red', icon: 'clock' }],
  ['retired', { tone: '', icon: 'ban' }],
  ['untrusted', { tone: 'red', icon: 'triangle-alert' }],
  ['active', { tone: 'green', icon: 'check' }],
  ['no_certificate', { tone: 'amber', icon: 'upload' }],
]);

/** @throws Error for what is no status of interface, "Marks in the markup" */
export function statusLook(status: string): StatusLook {
  const look = LOOKS.get(status);
  if (look === undefined) throw new Error(`"${status}" is no status`);
  return look;
}
