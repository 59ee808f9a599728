import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { now } from '../lib/clock.ts';
import { SECOND } from '../lib/durations.ts';
import { AppError } from '../lib/errors.ts';
import { refuseCrossSite } from './cross-site.ts';
import { type Drafts, textsIn } from './drafts.ts';
import { isHtmx, redirect, signInPath } from './redirect.ts';
import { clearStorage, type Person, type Sessions } from './session.ts';

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
    /** Public, and not even closed to a partner who has not accepted the terms (rules 7). */
    withoutConsent?: boolean;
    /** A deactivated partner may do this as well. */
    whileDeactivated?: boolean;
    /** Where the form of a POST-only address lives: a GET of it is sent there. `:id` is filled in (`formPath`). */
    form?: string;
    /** The same where a GET of the address is a page of its own, such as a list. */
    formPage?: string;
  }
  interface FastifyInstance {
    /** Every route with its declaration, as it was registered; HEAD, which goes with every GET, is left out. */
    readonly declaredRoutes: readonly DeclaredRoute[];
  }
  interface FastifyRequest {
    person: Person | null;
    /** Whose session ended before this form was sent: what was typed into it is kept for that account. */
    formerOwner: string | undefined;
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
  readonly drafts: Drafts;
}

/**
 * Guards every route, in the order of the interface: origin, sign-in, consent, role; then the route's own `preHandler` loads what
 * `:id` names (404), then a deactivated partner is refused (409). A route that does not declare its access stops the start.
 */
export function registerAccess(app: FastifyInstance, rules: AccessRules): void {
  app.decorateRequest('person', null);
  app.decorateRequest('formerOwner', undefined);
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
    if (rules.sessions.hasCookie(request)) request.person = (await rules.sessions.find(request)) ?? null;
    refuseCrossSite(request, rules.publicUrl);
    if (request.method === 'POST' && (await isCarried(request, rules.sessions))) return undefined;
    return guard(request, reply, rules);
  });
  // The body of a form that comes too late is read for what was typed, and nothing else is done with it.
  app.addHook('preValidation', (request, reply, done) => {
    if (request.formerOwner === undefined) return done();
    const texts = textsIn(request.body);
    const page = Object.keys(texts).length > 0 ? formPath(request) : undefined;
    if (page !== undefined) rules.drafts.keep(request.formerOwner, page, texts);
    return leadToSignIn(request, reply, rules.sessions, page);
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    // Scripts learn how long the session lasts now.
    if (request.person !== null && isHtmx(request)) reply.header('session-left', String(secondsLeft(request.person)));
    done();
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
  const { form, formPage = form } = request.routeOptions.config;
  return formPage === undefined ? undefined : fill(formPage, request);
}

function fill(path: string, request: FastifyRequest): string {
  const parameters = request.params as Record<string, string>;
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));
}

/** Bodies longer than this are not read for somebody who has not signed in. */
const MOST_CARRIED_BYTES = 64 * 1024;

/** Whether a form was sent by somebody whose session had ended: then what was typed is kept, before the way leads to the sign-in. */
async function isCarried(request: FastifyRequest, sessions: Sessions): Promise<boolean> {
  const { access } = request.routeOptions.config;
  if (request.person !== null || access === undefined || access === 'public') return false;
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(String(request.headers['content-type']));
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  if (!isForm || !(length <= MOST_CARRIED_BYTES)) return false;
  request.formerOwner = await sessions.formerOwner(request);
  return request.formerOwner !== undefined;
}

/** Whole seconds until a person's session ends, if nothing happens. */
export function secondsLeft({ sessionEndsAt }: Person): number {
  return Math.max(0, Math.floor((sessionEndsAt - now()) / SECOND));
}

function guard(
  request: FastifyRequest,
  reply: FastifyReply,
  { sessions, termsVersion }: AccessRules,
): FastifyReply | undefined {
  const access = request.routeOptions.config.access;
  const person = request.person;
  if (access === undefined) return undefined;
  if (access === 'public') {
    const waits = person !== null && !hasConsented(person, termsVersion) && !request.routeOptions.config.withoutConsent;
    return waits ? redirect(request, reply, '/consent') : undefined;
  }
  if (person === null) return leadToSignIn(request, reply, sessions);
  if (access === 'before-consent') return undefined;
  if (!hasConsented(person, termsVersion)) return redirect(request, reply, '/consent');
  if (access !== 'signed-in' && access !== person.role) {
    throw new AppError('forbidden', [{ code: 'KER-ATH-403', name: 'role-lacking' }]);
  }
  return undefined;
}

/** To the sign-in, and back to a page afterwards; whose session has ended meanwhile, wherever that was done, leaves nothing in the browser. */
function leadToSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
  sessions: Sessions,
  page = returnPath(request),
): FastifyReply {
  if (sessions.hasCookie(request)) clearStorage(reply);
  return redirect(request, reply, signInPath(page));
}

/** Admins act for the authority that wrote the terms; only partners consent to them. */
export function hasConsented(person: Person, termsVersion: number): boolean {
  return person.role !== 'FTM_PROVIDER' || person.consentVersions.includes(termsVersion);
}

/** Where to come back to after signing in: the page itself; after a form, the page of the form. */
function returnPath(request: FastifyRequest): string {
  const isPage = request.method === 'GET' || request.method === 'HEAD';
  if (isPage && request.headers['hx-request'] === undefined) return request.url;
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
