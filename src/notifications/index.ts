import type { FastifyInstance } from 'fastify';
import type { Context } from '../http/context.ts';
import { dayOf } from '../lib/calendar.ts';
import { now } from '../lib/clock.ts';
import { HOUR } from '../lib/durations.ts';
import type { Schedules } from '../lib/schedules.ts';
import { registerNotificationPages } from './list/routes.ts';
import { composeMails } from './mails/compose.ts';
import { forgetSentMails, sendMails } from './mails/outbox.ts';
import { tellEnds } from './reminders/ends.ts';
import { unreadCounter } from './store.ts';
import { summarizeWeek } from './summary/summary.ts';

export { type Unread, unreadCounter } from './store.ts';
export {
  forgetCertificate,
  type ToldChip,
  tellChipDeactivated,
  tellDecision,
  tellPartnerDeactivated,
  tellWaiting,
} from './tell.ts';

/** What people are told: on the page and in the panel behind the bell, and by mail. */
export function registerNotifications(app: FastifyInstance, context: Context, schedules: Schedules): void {
  const { db, config, sendMail, log } = context;
  const { timeZone, mailUrl: baseUrl } = config;
  registerNotificationPages(app, { db, timeZone, countUnread: unreadCounter(db) });

  const parts = { db, timeZone, baseUrl, log };
  let remindedOn: string | undefined;
  schedules.add('reminders', '0 * * * *', async (stopping) => {
    const at = now();
    // What ends is looked for at the start, and once in each day that begins at six in the morning.
    const day = dayOf(at - 6 * HOUR, timeZone);
    if (remindedOn !== day) {
      await attempt(() => tellEnds(db, timeZone, at, stopping), log);
      remindedOn = day;
    }
    await attempt(() => composeMails(parts, 'gathered', at, stopping), log);
    await attempt(() => summarizeWeek(parts, at, stopping), log);
    forgetSentMails(db, at);
  });
  schedules.add('mails', '*/10 * * * * *', async (stopping) => {
    await composeMails(parts, 'at-once', now(), stopping);
    await sendMails({ db, sendMail, timeZone, log }, now(), stopping);
  });
}

/** What fails is logged, and the rest of the hour's work is done all the same. */
async function attempt(work: () => Promise<void>, log: Context['log']): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error({ err: error }, 'notifications could not be worked out');
  }
}
