import type { FastifyInstance } from 'fastify';
import type { Context } from '../http/context.ts';
import { registerConsent } from './consent/routes.ts';
import type { Terms } from './consent/terms.ts';
import { registerPasswords } from './passwords/routes.ts';
import { registerProfile } from './profile/routes.ts';
import { registerRegistration } from './registration/routes.ts';
import { registerEndForOthers } from './session/end-for-others.ts';
import { registerSession } from './session/routes.ts';
import { registerSetup } from './setup/routes.ts';
import { registerSignIn } from './sign-in/routes.ts';

export { loadTerms, type Terms } from './consent/terms.ts';
export { organization as organizationField } from './fields.ts';
export { findPartnerById, getActivePartner, makeCurrent, type Partner } from './partner.ts';
export { createResetToken } from './passwords/reset.ts';
export {
  addAdmin,
  adminForm,
  adminReasons,
  createAdmin,
  createFirstAdmin,
  createSetupToken,
  type NewAdmin,
} from './setup/setup.ts';
export { findConsentedAt } from './store.ts';

/** Registration, sign-in and sign-out, consent, passwords, profile, language, the first admin. */
export function registerAccounts(app: FastifyInstance, context: Context, terms: Terms): void {
  registerSignIn(app, context);
  registerSession(app, context);
  registerEndForOthers(app, context);
  registerRegistration(app, context);
  registerPasswords(app, context);
  registerSetup(app, context);
  registerConsent(app, context, terms);
  registerProfile(app, context);
}
