import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { AppError } from '../lib/errors.ts';
import { refuseCrossSite } from './cross-site.ts';
import { redirect } from './redirect.ts';
import type { Person, Sessions } from './session.ts';

/**
 * Who may use a route. `public`: everybody. `signed-in`: any account; `before-consent` is the same without the terms having been
 * accepted (consent page, sign-out). A role: that role alone.
 */
export type Access = 'public' | 'before-consent' | 'signed-in' | Person['role'];

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Name of the change a POST makes, for the trail of refused attempts; null: it changes nothing. */
    action?: string | null;
    /** The kind of thing that `:id` names, for the trail. */
    thing?: string;
    /** A deactivated partner may do this as well. */
    whileDeactivated?: boolean;
    /** Where the form of a POST-only address lives: a GET of it is sent there. `:id` is filled in (`formPath`). */
    form?: string;
  }
  interface FastifyInstance {
    /** Every route with its declaration, as it was registered; HEAD, which goes with every GET, is left out. */
    readonly declaredRoutes: readonly DeclaredRoute[];
  }
  interface FastifyRequest {
    person: Person | null;
  }
}

export interface DeclaredRoute {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
}

export interface AccessRules {
  readonly sessions: Sessions;
  readonly publicUrl: string | undefined;
  /** The version of the terms that partners must have accepted. */
  readonly termsVersion: number;
}

/**
 * Guards every route, in the order of the interface: origin, sign-in, consent, role; then the route's own `preHandler` loads what
 * `:id` names (404), then a deactivated partner is refused (409). A route that does not declare its access stops the start.
 */
export function registerAccess(app: FastifyInstance, rules: AccessRules): void {
  app.decorateRequest('person', null);
  const declared: DeclaredRoute[] = [];
  app.decorate('declaredRoutes', declared);
  app.addHook('onRoute', declareRoute);
  app.addHook('onRoute', ({ method, url, config }) => {
    const methods = [method].flat().filter((each) => each !== 'HEAD');
    declared.push(...methods.map((each) => ({ method: each, url, access: config?.access ?? 'public' })));
  });
  app.addHook('onRoute', (route) => leadToForm(app, route));
  app.addHook('onRequest', async (request, reply) => {
    // Who it is comes first only so that the trail names whose browser a refused request came from.
    request.person = (await rules.sessions.find(request)) ?? null;
    refuseCrossSite(request, rules.publicUrl);
    return guard(request, reply, rules.termsVersion);
  });
}

function declareRoute(route: RouteOptions): void {
  const config = route.config;
  if (config?.access === undefined)
    throw new Error(`${String(route.method)} ${route.url} does not declare who may use it`);
  const changes = [route.method].flat().includes('POST');
  if (changes && config.action === undefined) throw new Error(`POST ${route.url} does not declare its action`);
  if ((changes && config.action !== null) || /\/(new|preview)$/.test(route.url)) {
    if (config.access !== 'public' && config.whileDeactivated !== true) {
      route.preHandler = [route.preHandler ?? []].flat().concat(refuseDeactivated);
    }
  }
}

/** GET on a POST-only address leads to the page of its form (interface). */
function leadToForm(app: FastifyInstance, route: RouteOptions): void {
  const { form, access } = route.config ?? {};
  if (form === undefined || access === undefined) return;
  app.get(route.url, { config: { access } }, async (request, reply) => redirect(request, reply, fill(form, request)));
}

/** The page of the form that a request to a POST-only address came from. */
export function formPath(request: FastifyRequest): string | undefined {
  const { form } = request.routeOptions.config;
  return form === undefined ? undefined : fill(form, request);
}

function fill(path: string, request: FastifyRequest): string {
  const parameters = request.params as Record<string, string>;
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));
}

function guard(request: FastifyRequest, reply: FastifyReply, termsVersion: number): FastifyReply | undefined {
  const access = request.routeOptions.config.access;
  if (access === undefined || access === 'public') return undefined;
  const person = request.person;
  if (person === null) return redirect(request, reply, `/login?next=${encodeURIComponent(returnPath(request))}`);
  if (access === 'before-consent') return undefined;
  if (!hasConsented(person, termsVersion)) return redirect(request, reply, '/consent');
  if (access !== 'signed-in' && access !== person.role) {
    throw new AppError('forbidden', [{ code: 'KER-ATH-403', name: 'role-lacking' }]);
  }
  return undefined;
}

/** Admins act for the authority that wrote the terms; only partners consent to them. */
export function hasConsented(person: Person, termsVersion: number): boolean {
  return person.role !== 'FTM_PROVIDER' || person.consentVersions.includes(termsVersion);
}

/** Where to come back to after signing in: the page itself; after a form, the page of the form. */
function returnPath(request: FastifyRequest): string {
  if (request.method === 'GET' && request.headers['hx-request'] === undefined) return request.url;
  const current = request.headers['hx-current-url'] ?? request.headers.referer;
  if (typeof current !== 'string' || !URL.canParse(current)) return '/';
  const url = new URL(current);
  return url.pathname + url.search;
}

async function refuseDeactivated(request: FastifyRequest): Promise<void> {
  if (request.person?.role === 'FTM_PROVIDER' && request.person.deactivatedAt !== null) {
    throw new AppError('conflict', [{ code: 'PMS_PMP_016', name: 'partner-deactivated' }]);
  }
}

/** The signed-in person of a route whose access is not `public`. */
export function personOf(request: FastifyRequest): Person {
  if (request.person === null) throw new Error(`${request.url} needs a person but declares public access`);
  return request.person;
}
