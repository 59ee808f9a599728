import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { transaction } from '../../db/index.ts';
import { personOf } from '../../http/access.ts';
import { wantsCsv } from '../../http/csv.ts';
import { setFlash } from '../../http/flash.ts';
import { typedIn } from '../../http/forms.ts';
import { replyWithList } from '../../http/list.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { isHtmx, redirect } from '../../http/redirect.ts';
import { now } from '../../lib/clock.ts';
import { notFound } from '../../lib/errors.ts';
import { inSlices } from '../../lib/slices.ts';
import { dismissNotification, dismissSome, findNotificationOf } from '../store.ts';
import { exportNotifications } from './export.ts';
import { notificationList, notificationPanel, type Pages } from './list.ts';

const access = 'signed-in';
const form = '/notifications';
/** So many are dismissed in one transaction. */
const AT_ONCE = 1000;

export function registerNotificationPages(app: FastifyInstance, pages: Pages): void {
  const { db } = pages;

  app.get('/notifications', { config: { access } }, async (request, reply) => {
    if (wantsCsv(request)) return exportNotifications(pages, request, reply);
    const model = notificationList(pages, request, request.query);
    const title = request.t('notifications.title');
    const breadcrumbs = [homeCrumb(request), { label: title }];
    return replyWithList(request, reply, 'notifications/index', model, { title, breadcrumbs });
  });

  // The panel is a piece of every page; by itself it is the list.
  app.get('/notifications/panel', { config: { access } }, async (request, reply) =>
    isHtmx(request)
      ? reply.fragment('notifications/_opened', { ...notificationPanel(pages, request), focus: true })
      : redirect(request, reply, '/notifications'),
  );

  // Dismissing changes only what its reader is shown, so the trail has nothing of it, and a deactivated partner may do it too.
  app.post('/notifications/:id/dismissal', { config: { access, action: null, form } }, async (request, reply) => {
    const { id } = request.params as { id: string };
    const found = /^[0-9]{1,15}$/.test(id) ? findNotificationOf(db, personOf(request).id, Number(id)) : undefined;
    if (found === undefined) throw notFound();
    transaction(db, (tx) => dismissNotification(tx, found.id, now()));
    return answerDismissed(request, reply, 'notification-dismissed');
  });

  app.post('/notifications/dismissals', { config: { access, action: null, form } }, async (request, reply) => {
    const { upTo = '' } = typedIn(request.body);
    const newest = /^[0-9]{1,15}$/.test(upTo) ? Number(upTo) : Number.MAX_SAFE_INTEGER;
    await inSlices(dismissedIn(personOf(request).id, newest), () => undefined);
    return answerDismissed(request, reply, 'notifications-dismissed');
  });

  /** Dismisses step by step. */
  function* dismissedIn(accountId: string, newest: number): Generator<number> {
    const at = now();
    for (let done = AT_ONCE; done === AT_ONCE; ) {
      done = transaction(db, (tx) => dismissSome(tx, accountId, newest, at, AT_ONCE));
      yield done;
    }
  }

  /** With htmx the panel, the bell and the list as they are now; otherwise back to the list. */
  function answerDismissed(request: FastifyRequest, reply: FastifyReply, flash: string): FastifyReply {
    const listed = listAddress(request);
    if (!isHtmx(request)) {
      setFlash(reply, flash);
      return redirect(request, reply, `/notifications${listed?.search ?? ''}`);
    }
    const fromPanel = typedIn(request.body).view === 'panel';
    return reply.fragment('notifications/_dismissed', {
      panel: { ...notificationPanel(pages, request), focus: fromPanel },
      page: listed && {
        ...notificationList(pages, request, Object.fromEntries(listed.searchParams)),
        focus: !fromPanel,
      },
      flash: { key: flash, text: request.t(`flash.${flash}`) },
    });
  }
}

/** The address of the list, where the request came from it. */
function listAddress(request: FastifyRequest): URL | null {
  const address = String(request.headers['hx-current-url'] ?? request.headers.referer ?? '');
  const url = URL.canParse(address) ? new URL(address) : null;
  return url?.pathname === '/notifications' ? url : null;
}
