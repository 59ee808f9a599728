import type { FastifyRequest } from 'fastify';
import { findConsentedAt, type Partner } from '../accounts/index.ts';
import { findMosipSigned } from '../certificates/index.ts';
import { addAgainPath, type ChipRow, findLastIn, findRejectionReason, wasEverApproved } from '../chips/index.ts';
import type { Db } from '../db/index.ts';
import { wordReasons } from '../http/words.ts';
import { now } from '../lib/clock.ts';
import type { Reason } from '../lib/reasons.ts';
import type { Trust } from '../trust-store/index.ts';
import { type Row, row, type Section } from './section.ts';

/** One step of the way: done or not, why not, and what the partner can do about it. */
interface Step {
  readonly name: 'joined' | 'trust' | 'certificate' | 'chip' | 'upload' | 'decision';
  readonly state: 'done' | 'open' | 'waiting';
  readonly text: string;
  readonly quote?: string | undefined;
  readonly action?: { readonly href: string; readonly label: string };
}

/**
 * The way from registration to the first approved chip: each step with what is missing and why; the first that the partner can take
 * has the button. None once a chip was approved, and for a partner that can change nothing.
 * @param obstacle why the partner may not add chips yet, if so
 */
export function checklist(
  { db, trust }: { db: Db; trust: Trust },
  request: FastifyRequest,
  partner: Partner,
  obstacle: Reason | undefined,
): Section[] {
  if (partner.deactivated || wasEverApproved(db, partner.id)) return [];
  const { t } = request;
  const chips = {
    waiting: findLastIn(db, partner.id, 'pending_approval'),
    open: findLastIn(db, partner.id, 'pending_cert_upload'),
    rejected: findLastIn(db, partner.id, 'rejected'),
  };
  const steps: Step[] = [
    joined(db, request, partner),
    trusted(request, trust),
    certificate(db, request, partner, obstacle),
    added(db, request, chips),
    uploaded(request, chips),
    decided(request, chips.waiting),
  ];
  const next = steps.find(({ state, action }) => state === 'open' && action !== undefined);
  const rows = steps.map((step) => stepRow(request, step, step === next));
  return [{ name: 'checklist', title: t('dashboard.checklist.title'), ordered: true, rows, more: null }];
}

interface OwnChips {
  readonly waiting: ChipRow | undefined;
  readonly open: ChipRow | undefined;
  readonly rejected: ChipRow | undefined;
}

function joined(db: Db, { t, fmt }: FastifyRequest, partner: Partner): Step {
  const at = findConsentedAt(db, partner.id) ?? partner.registeredAt;
  return { name: 'joined', state: 'done', text: t('dashboard.checklist.joined-on', { date: fmt.date(at) }) };
}

/** Without a root in date every upload is refused; the partner can only wait, or remind the admin. */
function trusted({ t }: FastifyRequest, trust: Trust): Step {
  const roots = [...trust.byId('FTM').values()].filter(
    ({ kind, certificate: { notAfter } }) => kind === 'root' && notAfter >= now(),
  );
  return roots.length > 0
    ? { name: 'trust', state: 'done', text: t('dashboard.checklist.trust-done') }
    : { name: 'trust', state: 'waiting', text: t('dashboard.checklist.trust-missing') };
}

function certificate(db: Db, request: FastifyRequest, partner: Partner, obstacle: Reason | undefined): Step {
  const { t, fmt } = request;
  const signed = partner.certificateId === null ? undefined : findMosipSigned(db, partner.certificateId);
  if (obstacle === undefined && signed !== undefined)
    return {
      name: 'certificate',
      state: 'done',
      text: t('dashboard.checklist.certificate-done', { date: fmt.date(signed.notAfter) }),
    };
  const [why] = wordReasons(obstacle === undefined ? [] : [obstacle], request);
  const first = signed === undefined;
  return {
    name: 'certificate',
    state: 'open',
    text: first
      ? t('dashboard.checklist.certificate-missing', { organization: partner.organization })
      : `${why?.title ?? ''} ${why?.next ?? ''}`.trim(),
    action: {
      href: '/partner-certificate/new',
      label: t(first ? 'partner-certificate.upload' : 'partner-certificate.renew'),
    },
  };
}

function added(db: Db, { t }: FastifyRequest, { waiting, open, rejected }: OwnChips): Step {
  const chip = waiting ?? open;
  if (chip !== undefined)
    return { name: 'chip', state: 'done', text: t('dashboard.checklist.chip-done', { chip: nameOf(chip) }) };
  if (rejected === undefined)
    return {
      name: 'chip',
      state: 'open',
      text: t('dashboard.checklist.chip-missing'),
      action: { href: '/chips/new', label: t('chips.add.title') },
    };
  return {
    name: 'chip',
    state: 'open',
    text: t('dashboard.checklist.chip-rejected', { chip: nameOf(rejected) }),
    quote: findRejectionReason(db, rejected.id),
    action: {
      href: addAgainPath(rejected),
      label: t('chips.action.add-again'),
    },
  };
}

function uploaded({ t }: FastifyRequest, { waiting, open }: OwnChips): Step {
  if (waiting !== undefined)
    return { name: 'upload', state: 'done', text: t('dashboard.checklist.upload-done', { chip: nameOf(waiting) }) };
  if (open === undefined) return { name: 'upload', state: 'open', text: t('dashboard.checklist.upload-later') };
  return {
    name: 'upload',
    state: 'open',
    text: t('dashboard.checklist.upload-missing', { chip: nameOf(open) }),
    action: { href: `/chips/${open.id}/certificate/new`, label: t('chips.upload.first') },
  };
}

function decided({ t, fmt }: FastifyRequest, waiting: ChipRow | undefined): Step {
  if (waiting === undefined) return { name: 'decision', state: 'open', text: t('dashboard.checklist.decision-later') };
  const data = { chip: nameOf(waiting), date: fmt.date(waiting.statusAt) };
  return { name: 'decision', state: 'waiting', text: t('dashboard.checklist.decision-waiting', data) };
}

const nameOf = ({ make, model }: ChipRow) => `${make} ${model}`;

const MARKS = {
  done: { tone: 'good', icon: 'check' },
  open: { tone: 'plain', icon: null },
  waiting: { tone: 'waiting', icon: 'clock' },
} as const;

function stepRow({ t }: FastifyRequest, { name, state, text, quote, action }: Step, isNext: boolean): Row {
  return row({
    name,
    mark: isNext ? { tone: 'waiting', icon: null } : MARKS[state],
    state: t(`dashboard.checklist.state-${isNext ? 'next' : state}`),
    title: t(`dashboard.checklist.${name}`),
    text,
    quote: quote ?? null,
    action: isNext && action !== undefined ? { ...action, main: true } : null,
  });
}
