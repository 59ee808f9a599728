export { registerTrustStore } from './routes.ts';
export { countCaCertificates } from './store.ts';
export { createTrust, type Trust } from './trust.ts';
