import { X509Certificate } from 'node:crypto';
import { DIFFERENCES, type Disagreement } from './differences.ts';
import { type Chain, makeChain } from './make.ts';
import { MUTATIONS } from './mutations/index.ts';
import { Openssl } from './openssl.ts';
import { plainPlan } from './plan.ts';
import { askPortal, type OurVerdict } from './portal.ts';
import { Random } from './random.ts';
import type { Verdict } from './verdict.ts';

/** One chain, judged by both. */
export interface Judged {
  readonly seed: number;
  readonly mutation: string;
  readonly chain: Chain;
  readonly portal: Verdict;
  readonly openssl: Verdict;
  /** The name of the known difference where they disagree; undefined where they disagree for no known reason. */
  readonly difference: string | undefined;
}

/** `openssl` runs in a process of its own, so the two processors are used. */
const AT_ONCE = 3;

/**
 * Makes `count` chains of the seeds `seed`, `seed + 1` and so on, and has each judged. The seed decides the whole plan of a chain, and
 * which mutation it gets unless one is given; keys and signatures are new in every run, so the certificates are of the same make but not the same.
 */
export async function runOracle(
  count: number,
  seed: number,
  onJudged: (judged: Judged) => void,
  only?: string,
): Promise<void> {
  let next = seed;
  const work = async () => {
    const openssl = new Openssl();
    while (next < seed + count) {
      next += 1;
      onJudged(await judge(next - 1, openssl, only));
    }
    await openssl.close();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function judge(seed: number, oracle: Openssl, only: string | undefined): Promise<Judged> {
  const names = [...MUTATIONS.keys()];
  const mutation = only ?? names[seed % names.length] ?? '';
  const mutate = MUTATIONS.get(mutation);
  if (mutate === undefined) throw new Error(`there is no mutation "${mutation}", but ${names.join(', ')}`);
  const plan = plainPlan(new Random(seed));
  mutate(plan);
  const chain = makeChain(plan);
  const portal = askPortal(chain);
  const openssl = await oracle.ask(dersOf(chain.roots), dersOf(chain.intermediates), chain.leaf.der);
  const agree = portal.accepted === openssl.accepted;
  const difference = agree
    ? undefined
    : explain({ portal, openssl, opensslOfPath: await askAboutPath(portal, oracle) });
  return { seed, mutation, chain, portal, openssl, difference };
}

/** Those that can be read; OpenSSL gives up on a whole file for one that it cannot read, and a store would not hold it. */
function dersOf(list: Chain['roots']): Buffer[] {
  return list
    .map(({ der }) => der)
    .filter((der) => {
      try {
        return new X509Certificate(der).raw.length > 0;
      } catch {
        return false;
      }
    });
}

function explain(disagreement: Disagreement): string | undefined {
  const known = Object.entries(DIFFERENCES).find(([, { accepts, concerns }]) => {
    const accepted = accepts === 'portal' ? disagreement.portal.accepted : disagreement.openssl.accepted;
    return accepted && concerns(disagreement);
  });
  return known?.[0];
}

async function askAboutPath({ path }: OurVerdict, oracle: Openssl): Promise<Verdict | undefined> {
  const [root, ...below] = path.map((each) => each.der);
  const leaf = below.pop();
  return root !== undefined && leaf !== undefined ? oracle.ask([root], below, leaf) : undefined;
}
