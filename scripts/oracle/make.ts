import { type MadeCertificate, makeIntermediate, makeLeaf, makeRoot } from '../../test/support/certificates.ts';
import type { Draft, Plan } from './plan.ts';

/** The certificates of a plan: what is trusted, what may stand between, and the one to judge. */
export interface Chain {
  readonly roots: readonly MadeCertificate[];
  readonly intermediates: readonly MadeCertificate[];
  readonly leaf: MadeCertificate;
}

/** Makes the certificates of a plan. */
export function makeChain({ main, others, random }: Plan): Chain {
  const made = new Map<Draft, MadeCertificate>();
  const leaf = main.at(-1) as Draft;
  const list = [...main, ...others].filter((each) => each.stored && each !== leaf);
  // Position decides nothing, so it is any.
  const stored = list.map((each) => ({ each, place: random.next() })).sort((one, other) => one.place - other.place);
  const ofKind = (kind: Draft['kind']) =>
    stored.filter(({ each }) => each.kind === kind).map(({ each }) => make(each, made));
  return { roots: ofKind('root'), intermediates: ofKind('ca'), leaf: make(leaf, made) };
}

/** Makes a certificate, after the one above it. */
function make(wanted: Draft, made: Map<Draft, MadeCertificate>): MadeCertificate {
  const known = made.get(wanted);
  if (known !== undefined) return known;
  const fresh = issue(wanted, wanted.issuer === undefined ? undefined : make(wanted.issuer, made));
  made.set(wanted, fresh);
  return fresh;
}

function issue({ kind, set }: Draft, issuer: MadeCertificate | undefined): MadeCertificate {
  if (issuer === undefined) return makeRoot(set);
  return kind === 'leaf' ? makeLeaf(issuer, set) : makeIntermediate(issuer, set);
}
