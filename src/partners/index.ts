export { registerPartners } from './routes.ts';
