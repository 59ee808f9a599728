export { registerAdmins } from './routes.ts';
