export { registerPartnerCertificates } from './routes.ts';
