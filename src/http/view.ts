import fastifyView from '@fastify/view';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Format, formatter } from '../i18n/format.ts';
import { directionOf, hasWording, type Language, type Translate, translator } from '../i18n/index.ts';
import { now } from '../lib/clock.ts';
import { MINUTE, SECOND } from '../lib/durations.ts';
import type { Reason } from '../lib/reasons.ts';
import { formPath, secondsLeft } from './access.ts';
import type { Assets } from './assets.ts';
import { readCookie } from './cookies.ts';
import type { Drafts } from './drafts.ts';
import { takeFlash } from './flash.ts';
import { helpAddress } from './help-address.ts';
import { languageMenu, languageOf } from './language.ts';
import { navigationOf, type Waiting } from './navigation.ts';
import { isHtmx } from './redirect.ts';
import { createRefusedForms, type RefusedForm, type RefusedForms } from './refused-forms.ts';
import type { Person } from './session.ts';
import { createTemplates } from './templates.ts';
import { type WordedReason, wordReasons } from './words.ts';

export interface Breadcrumb {
  readonly label: string;
  /** Absent for the current page, which stands last. */
  readonly href?: string;
}

export interface PageOptions {
  /** The h1 and the beginning of the tab's title. */
  readonly title: string;
  readonly breadcrumbs?: readonly Breadcrumb[];
  readonly status?: number;
  /** Where the page of a refused form is found again; without it, where its route says (`form`), or at the request's own address. */
  readonly address?: string;
  /** Nothing on the page is secret, typed by somebody or of this minute: where all it shows is the same, it is sent again as it was put together. */
  readonly keep?: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** How this reader is spoken to. */
    readonly language: Language;
    readonly t: Translate;
    readonly fmt: Format;
    /** Codes with which the request was refused, for the trail. */
    refusal: readonly string[];
    /** The reasons with which it was refused. */
    refusedFor: readonly Reason[];
  }
  interface FastifyReply {
    /** Answers with a whole page: `views/<template>.eta` inside its layout. */
    page(template: string, model: object, options: PageOptions): FastifyReply;
    /** Answers with a piece of a page, for htmx. */
    fragment(template: string, model: object, status?: number): FastifyReply;
  }
}

export interface ViewOptions {
  readonly assets: Assets;
  readonly views: string;
  readonly timeZone: string;
  /** The portal's own origin; undefined: as the browser names it. */
  readonly publicUrl: string | undefined;
  /** How many notifications an account has not read, up to a limit. */
  readonly unread: (accountId: string) => { readonly count: number; readonly more: boolean };
  readonly drafts: Drafts;
  /** After so long without a request a session ends (PMP_SESSION_IDLE_MINUTES). */
  readonly idleMinutes: number;
  /** What waits for a person, shown beside the places of the side panel. */
  readonly waiting?: (person: Person) => Waiting;
}

/** Gives every request a language, and every reply `page` and `fragment`. */
export async function registerViews(app: FastifyInstance, options: ViewOptions): Promise<void> {
  const eta = createTemplates(options.views, options.assets.icon);
  await app.register(fastifyView, {
    engine: { eta },
    templates: options.views,
    viewExt: 'eta',
    production: true,
  });
  // Found out when asked for: a refusal may come before anybody was recognised, and is worded all the same.
  app.decorateRequest('language', {
    getter() {
      return languageOf(this);
    },
  });
  app.decorateRequest('t', {
    getter() {
      return translator(this.language);
    },
  });
  app.decorateRequest('fmt', {
    getter() {
      return formatter(this.language, options.timeZone);
    },
  });
  app.decorateRequest('refusal');
  app.decorateRequest('refusedFor');
  app.addHook('onRequest', (request, _reply, done) => {
    request.refusal = [];
    request.refusedFor = [];
    done();
  });
  const refusedForms = createRefusedForms();
  // Made with the first page in each: formats of dates take their time, and a start does without.
  const tools = new Map<Language, ReturnType<typeof toolsOf>>();
  const toolsIn = (language: Language) => tools.getOrInsertComputed(language, () => toolsOf(language, options));
  app.decorateReply('page', function page(this: FastifyReply, template, model, pageOptions) {
    const tools = toolsIn(this.request.language);
    const again = isForm(this.request, pageOptions) ? refusedForms.take(this.request, this) : null;
    const reasons = again ? { reasons: wordReasons(again.reasons, this.request) } : {};
    const shell = {
      ...shellOf(this.request, this, pageOptions, options),
      refused: refusedKey(refusedForms, this.request, pageOptions, again),
    };
    const draft = again?.texts ?? draftOf(this.request, pageOptions, options);
    this.code(pageOptions.status ?? 200).type('text/html; charset=utf-8');
    const page = () => ({ ...model, ...reasons, ...tools, shell, draft });
    if (!pageOptions.keep || again || draft) return this.view(template, page());
    return this.send(eta.keptPage(template, tools.lang, { model, shell }, page));
  });
  app.decorateReply('fragment', function fragment(this: FastifyReply, template, model, status = 200) {
    const { person, language } = this.request;
    const tools = toolsIn(language);
    /** For what brings the bell up to date; counted only there. */
    const unreadNow = () => person && options.unread(person.id);
    return this.code(status)
      .type('text/html; charset=utf-8')
      .view(template, { ...model, ...tools, unreadNow });
  });
}

/** What the language settles for every page, and the program. */
function toolsOf(lang: Language, { timeZone, assets }: ViewOptions) {
  const t = translator(lang);
  return {
    t,
    fmt: formatter(lang, timeZone),
    lang,
    dir: directionOf(lang),
    languageMenu: languageMenu(lang, t),
    asset: assets.url,
  };
}

function shellOf(request: FastifyRequest, reply: FastifyReply, options: PageOptions, view: ViewOptions) {
  const { t, person } = request;
  const { unread, waiting, idleMinutes, publicUrl } = view;
  const path = request.url.split('?')[0] ?? '/';
  const address = addressOf(request, options);
  return {
    title: options.title,
    product: t('product'),
    breadcrumbs: options.breadcrumbs ?? [],
    address,
    person: person && {
      name: `${person.firstName} ${person.lastName}`,
      organization: person.organization ?? t('role.PARTNER_ADMIN'),
      role: person.role,
      initials: initials(person.firstName) + initials(person.lastName),
    },
    /** What a page says of itself on paper; one that is kept tells no minute, and a refusal repeats no address that somebody made up. */
    printed:
      options.keep || (options.status ?? 200) >= 400
        ? null
        : { address: (publicUrl ?? `${request.protocol}://${request.host}`) + request.url, at: now() },
    help: helpAddress(request),
    unread: person && unread(person.id),
    navigation: person ? navigationOf(person, path, request, waiting?.(person) ?? {}) : [],
    idle: person && idleOf(person, address, idleMinutes),
    panel: readCookie(request, 'pmp_panel') === 'narrow' ? 'narrow' : 'wide',
    flash: takeFlash(request, reply, t, (key) => hasWording(request.language, key)),
  };
}

/** What this person had typed into the form of this page when the session ended, once; null where there is nothing. */
function draftOf(request: FastifyRequest, page: PageOptions, { drafts }: ViewOptions) {
  const { url, person } = request;
  return isForm(request, page) && person !== null ? drafts.take(person.id, url) : null;
}

/** Whether this is a page as one comes to it, where a form may stand. */
function isForm({ method }: FastifyRequest, { status = 200 }: PageOptions): boolean {
  return method === 'GET' && status === 200;
}

/** Where the page is found again. */
function addressOf(request: FastifyRequest, { address }: PageOptions): string {
  return request.method === 'GET' ? request.url : (address ?? formPath(request) ?? request.url);
}

/** The key under which the language switch of a refused form finds it again, this time or once more; null where nothing was refused. */
function refusedKey(forms: RefusedForms, request: FastifyRequest, page: PageOptions, again: RefusedForm | null) {
  if (again !== null) return forms.keepOn(request, again);
  const { method, refusedFor } = request;
  return method === 'POST' && refusedFor.length > 0 ? forms.keep(request, addressOf(request, page), refusedFor) : null;
}

/** At most so long before the end the idle dialog opens; where sessions are short, in the second half. */
const WARNING = 5 * MINUTE;

/** What the idle dialog needs to know, in seconds; and the page of the form that this page shows. */
function idleOf(person: Person, page: string, minutes: number) {
  return { left: secondsLeft(person), warn: Math.min(WARNING, (minutes * MINUTE) / 2) / SECOND, page };
}

function initials(name: string): string {
  return [...name][0]?.toUpperCase() ?? '';
}

/** Whether htmx wants a piece of a page, not the page. */
export function wantsFragment(request: FastifyRequest): boolean {
  return isHtmx(request) && request.headers['hx-request-type'] !== 'full';
}

/** Words reasons for this reader and notes their codes for the trail. */
export function refusalOf(request: FastifyRequest, reasons: readonly Reason[]): WordedReason[] {
  request.refusal = reasons.map((reason) => reason.code);
  request.refusedFor = reasons;
  return wordReasons(reasons, request);
}
