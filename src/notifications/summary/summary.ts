import { transaction } from '../../db/index.ts';
import { mondayOf, startOfDay } from '../../lib/calendar.ts';
import { inSlices } from '../../lib/slices.ts';
import { FIRST_REMINDER } from '../kinds.ts';
import { letter, type MailParts, speakTo } from '../mails/compose.ts';
import { insertOutboxMail, type Recipient } from '../mails/store.ts';
import { endOfDay, pagesOf } from '../reminders/ends.ts';
import { countCasEnding, countSignedOn, countUsedOn } from '../reminders/store.ts';
import { countDecisions, findWaiting, insertWeeklySummary, listAdminsWithoutSummary } from './store.ts';

/** The summary is due on Monday from this hour of the zone on. */
const MORNING = 6;

/** What an admin should know at the beginning of a week. */
interface Week {
  /** The week that is over: its first day and its last, as instants in them. */
  readonly from: number;
  readonly to: number;
  readonly waiting: { readonly count: number; readonly since: number | null };
  readonly ending: Readonly<Record<'cas' | 'partners' | 'signed' | 'chips', number>>;
  readonly decided: { readonly approved: number; readonly rejected: number };
}

/**
 * Queues the summary of the week for every admin who has not had it: due from Monday morning on, made up for when that was missed,
 * once a week. Those who became admins later in the week get their first one on the next Monday.
 */
export async function summarizeWeek(parts: MailParts, at: number, stopping?: AbortSignal): Promise<void> {
  const { db, timeZone } = parts;
  const monday = mondayOf(at, timeZone, MORNING);
  if (at < monday.at) return;
  const admins = listAdminsWithoutSummary(db, monday.day, monday.at);
  if (admins.length === 0) return;
  const week = await readWeek(parts, monday.at, at, stopping);
  if (stopping?.aborted === true) return;
  await inSlices(admins, (admin) => {
    transaction(db, (tx) => {
      insertWeeklySummary(tx, { accountId: admin.id, week: monday.day, at });
      insertOutboxMail(tx, { accountId: admin.id, ...wordWeek(parts, admin, week, at), at });
    });
  });
}

async function readWeek(
  { db, timeZone }: MailParts,
  monday: number,
  at: number,
  stopping?: AbortSignal,
): Promise<Week> {
  const from = startOfDay(monday, timeZone, -7);
  const to = startOfDay(monday, timeZone);
  const span = { since: at, below: endOfDay(at, timeZone, FIRST_REMINDER) };
  const ending = { cas: countCasEnding(db, span.since, span.below), partners: 0, signed: 0, chips: 0 };
  await inSlices(pagesOf(db, 'certificates', span, stopping), (page) => {
    const { partners, chips } = countUsedOn(db, page);
    ending.partners += partners;
    ending.chips += chips;
  });
  await inSlices(pagesOf(db, 'mosip-signed', span, stopping), (page) => {
    ending.signed += countSignedOn(db, page);
  });
  return { from, to: to - 1, waiting: findWaiting(db), ending, decided: countDecisions(db, from, to) };
}

function wordWeek({ timeZone, baseUrl }: MailParts, admin: Recipient, week: Week, at: number) {
  const { t, fmt } = speakTo(admin, timeZone);
  const { waiting, ending, decided } = week;
  const link = (label: string, path: string) => [t('mail.link', { label }), `${baseUrl}${path}`, ''];
  const lines = [
    t('mail.summary.intro'),
    '',
    t('mail.summary.waiting', { count: waiting.count }),
    ...(waiting.since === null ? [''] : [t('mail.summary.oldest', { when: fmt.relative(waiting.since, at) })]),
    ...(waiting.count === 0 ? [] : link(t('mail.summary.decide'), '/chips?status=pending_approval&sort=submitted')),
    t('mail.summary.ending', { days: FIRST_REMINDER }),
    t('mail.summary.cas', { number: ending.cas }),
    t('mail.summary.partners', { number: ending.partners }),
    t('mail.summary.signed', { number: ending.signed }),
    t('mail.summary.chips', { number: ending.chips }),
    ...(ending.cas === 0 ? [''] : link(t('mail.summary.trust-store'), '/trust-store?sort=validTill')),
    t('mail.summary.decided', { from: fmt.date(week.from), to: fmt.date(week.to) }),
    t('mail.summary.approved', { number: decided.approved }),
    t('mail.summary.rejected', { number: decided.rejected }),
    '',
    ...link(t('mail.summary.portal'), '/').slice(0, -1),
  ];
  return { subject: t('mail.summary.subject', { count: waiting.count }), text: letter(t, admin, baseUrl, lines) };
}
