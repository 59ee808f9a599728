export { registerTrustStore } from './routes.ts';
export { createTrust, type Trust } from './trust.ts';
