export * from './accounts.ts';
export * from './audit.ts';
export * from './certificates.ts';
export * from './chips.ts';
export * from './lists.ts';
export * from './notifications.ts';
export * from './signing-ca.ts';
export * from './trust-store.ts';
