import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Random } from '../oracle/random.ts';
import { inspect } from './halves.ts';
import { Ledger } from './ledger.ts';
import { Network, Unanswered } from './network.ts';
import { People } from './people.ts';
import { type PortalProcess, startPortal } from './portal.ts';

/** Under load it is killed after so long, ms: before this nothing is under way yet; longer only takes time. */
const [EARLIEST, LATEST] = [20, 2_000];
/** One kill in so many meets a start on data that are there, and one in so many the first start of all, on nothing. */
const STARTS = 8;
const FIRST_STARTS = 12;

export type Moment = 'under load' | 'while it starts' | 'at its first start';

export interface Kills {
  readonly ledger: Ledger;
  readonly byMoment: Map<Moment, number>;
  /** How long starts after a kill took, ms. */
  readonly starts: number[];
  /** Requests that a kill left without an answer. */
  unanswered: number;
  /** What is wrong, in words; of the kill after which it was found. */
  faults: string[];
}

/**
 * Kills a portal at random moments, each time under the work of several people, and looks after each restart at what it finds.
 * Stops at the first fault.
 * @param seed makes the same moments and choices again; how far each request has come by then is the machine's own
 */
export async function killOften(folder: string, count: number, seed: number): Promise<Kills> {
  const random = new Random(seed);
  const kills: Kills = { ledger: new Ledger(), byMoment: new Map(), starts: [], unanswered: 0, faults: [] };
  const network = new Network();
  const people = new People(network, kills.ledger, seed + 1);
  const dataDir = join(folder, 'data');
  const log = join(folder, 'portal.log');
  let portal = startPortal(dataDir, log);
  network.address = await portal.ready;
  await people.begin();
  for (let number = 1; number <= count && kills.faults.length === 0; number += 1) {
    const moment = momentOf(number, random);
    kills.byMoment.set(moment, (kills.byMoment.get(moment) ?? 0) + 1);
    if (moment === 'at its first start') {
      kills.faults = await killFirstStart(join(folder, `first-${number}`), log, random);
      continue;
    }
    if (moment === 'under load') kills.faults = await killUnderLoad(portal, network, people, kills, random);
    else {
      await portal.kill();
      portal = startPortal(dataDir, log);
      await wait(random.below(usual(kills.starts)));
      await portal.kill();
    }
    const begun = performance.now();
    portal = startPortal(dataDir, log);
    network.address = await portal.ready;
    kills.starts.push(performance.now() - begun);
    kills.faults = [...kills.faults, ...(await lookAt(dataDir, network, people, kills.ledger))];
  }
  await portal.stop();
  if (portal.child.exitCode !== 0) kills.faults.push(`told to end, it ended with ${portal.child.exitCode}`);
  return kills;
}

function momentOf(number: number, random: Random): Moment {
  if (number % FIRST_STARTS === 0) return 'at its first start';
  return random.chance(1 / STARTS) ? 'while it starts' : 'under load';
}

/** How long a start takes, ms. */
function usual(starts: readonly number[]): number {
  return Math.ceil(starts.toSorted((one, other) => one - other)[starts.length >> 1] ?? 1_500);
}

/** Has everybody work until the kill. Returns what was wrong before it. */
async function killUnderLoad(
  portal: PortalProcess,
  network: Network,
  people: People,
  kills: Kills,
  random: Random,
): Promise<string[]> {
  const state = { killed: false };
  const faults: string[] = [];
  const working = Promise.all(
    shifts(people).map(async (work) => {
      try {
        while (!state.killed && faults.length === 0) if (!(await work())) await wait(5);
      } catch (error) {
        if (!(error instanceof Unanswered && state.killed)) faults.push((error as Error).message);
      }
    }),
  );
  await wait(EARLIEST + random.below(LATEST - EARLIEST));
  if (!portal.alive()) faults.push(`it ended by itself: ${portal.output()}`);
  kills.unanswered += network.waiting;
  state.killed = true;
  await portal.kill();
  await working;
  return faults;
}

/** What goes on at once. */
function shifts(people: People): (() => Promise<boolean>)[] {
  const newChip = async () => {
    const added = await people.add();
    return added !== undefined && (await people.upload(added));
  };
  return [
    () => people.register(),
    newChip,
    newChip,
    () => people.upload(),
    () => people.renew(),
    () => people.decide(),
    () => people.decide(),
    () => people.deactivate(),
  ];
}

/** A portal that was killed while it made its database and its CA begins as any other. */
async function killFirstStart(dataDir: string, log: string, random: Random): Promise<string[]> {
  const portal = startPortal(dataDir, log);
  await wait(random.below(2_500));
  await portal.kill();
  const again = startPortal(dataDir, log);
  const network = new Network();
  network.address = await again.ready;
  const ledger = new Ledger();
  const people = new People(network, ledger, 1);
  await people.begin();
  const faults = await lookAt(dataDir, network, people, ledger);
  await again.stop();
  return faults;
}

/** Whether the portal serves as before, and its database is whole. */
export async function lookAt(dataDir: string, network: Network, people: People, ledger: Ledger): Promise<string[]> {
  const answers = [
    ['/readyz', await people.admin.get('/readyz')],
    ['/chips of the admin', await people.admin.get('/chips')],
    ['/chips of a maker', await people.provider.get('/chips')],
  ] as const;
  const unwell = answers.filter(([, { status }]) => status !== 200).map(([what, { status }]) => `${what} is ${status}`);
  return [...unwell.map((each) => `${network.address}: ${each}`), ...inspect(dataDir, ledger)];
}
