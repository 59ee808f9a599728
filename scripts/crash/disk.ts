import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { lookAt } from './kills.ts';
import { Ledger } from './ledger.ts';
import { Network } from './network.ts';
import { People } from './people.ts';
import { type PortalProcess, startPortal } from './portal.ts';

/** What an exercise came to; `skipped`: why it could not be done on this machine. */
export interface Exercise {
  readonly faults: readonly string[];
  readonly acknowledged: number;
  /** Changes refused by 503. */
  readonly refused: number;
  readonly skipped?: string;
}

/** Changes that still fit into a full disk: into pages of the files that are free, at most so many of a kind. */
const MOST_THAT_FIT = 200;
/** What the portal does by itself every ten seconds has happened within these, ms. */
const ROUND = 12_000;

/** A portal with some work done and some waiting. */
class Stage {
  readonly ledger = new Ledger();
  readonly network = new Network();
  readonly people = new People(this.network, this.ledger, 1);
  readonly faults: string[] = [];
  readonly dataDir: string;
  readonly #log: string;
  #portal: PortalProcess | undefined;

  constructor(dataDir: string, log: string) {
    this.dataDir = dataDir;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#portal = startPortal(this.dataDir, this.#log);
    this.network.address = await this.#portal.ready;
  }

  async set(): Promise<void> {
    await this.start();
    await this.people.begin();
    await this.prepare();
  }

  /** Some chips wait and some are approved, so that there is something to decide about and to deactivate. */
  async prepare(): Promise<void> {
    for (let tries = 0; tries < 20 && this.people.chips.approved < 3; tries += 1) {
      await this.#newChip();
      await this.people.decide();
    }
    while (this.people.chips.waiting < 3 && (await this.#newChip()));
  }

  /** One of each kind of change. */
  get changes(): Readonly<Record<string, () => Promise<boolean>>> {
    const { people } = this;
    return {
      chip: () => this.#newChip(),
      renewal: () => people.renew(),
      decision: () => people.decide(),
      deactivation: () => people.deactivate(),
      // The last: makers who joined long ago make room for it, with their chips.
      registration: () => people.register(),
    };
  }

  /** Each kind of change is refused, sooner or later, by 503; nothing else is wrong. */
  async expectRefusals(): Promise<void> {
    for (const [kind, change] of Object.entries(this.changes)) {
      const before = this.refused();
      for (let tries = 0; tries < MOST_THAT_FIT && this.refused() === before; tries += 1) await change();
      if (this.refused() === before) this.faults.push(`${kind}: never refused`);
    }
  }

  async expectSuccess(when: string): Promise<void> {
    await this.prepare();
    for (const [kind, change] of Object.entries(this.changes))
      if (!(await change())) this.faults.push(`${kind}: refused ${when}`);
  }

  /** Pages are still shown, to those who are signed in and to others. */
  async expectPages(when: string): Promise<void> {
    const { admin, provider } = this.people;
    for (const visitor of [admin, provider])
      for (const path of ['/', '/chips', '/healthz', '/notifications'])
        await this.#expectPage(path, (await visitor.get(path)).status, when);
  }

  async #expectPage(path: string, status: number, when: string): Promise<void> {
    if (status !== 200) this.faults.push(`${path}: ${status} ${when}`);
  }

  async look(): Promise<void> {
    this.faults.push(...(await lookAt(this.dataDir, this.network, this.people, this.ledger)));
  }

  expectAlive(when: string): void {
    if (this.#portal?.alive() !== true) this.faults.push(`it ended ${when}: ${this.#portal?.output()}`);
  }

  refused(): number {
    return this.ledger.refusals.filter(({ status }) => status === 503).length;
  }

  kill(): Promise<void> | undefined {
    return this.#portal?.kill();
  }

  stop(): Promise<void> | undefined {
    return this.#portal?.stop();
  }

  done(): Exercise {
    return { faults: this.faults, acknowledged: this.ledger.entries.length, refused: this.refused() };
  }

  async #newChip(): Promise<boolean> {
    const added = await this.people.add();
    return added !== undefined && (await this.people.upload(added));
  }
}

let mounted: string | undefined;

/** Gives the small file system back, also when the exercise is broken off. */
export function unmount(): void {
  if (mounted !== undefined) execFileSync('umount', ['--lazy', mounted]);
  mounted = undefined;
}

/** A portal on a file system of its own that becomes full, its log on it too: it refuses, shows, and goes on once there is room. */
export async function fillDisk(folder: string): Promise<Exercise> {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0700', 'pmp-crash', disk], { stdio: 'pipe' });
  } catch {
    rmSync(disk, { recursive: true });
    return { faults: [], acknowledged: 0, refused: 0, skipped: 'a small file system can be mounted by root only' };
  }
  mounted = disk;
  try {
    const stage = new Stage(join(disk, 'data'), join(disk, 'portal.log'));
    await stage.set();
    await whileFull(stage, disk);
    await stage.expectSuccess('though there is room again');
    await stage.look();
    await stage.prepare();
    fill(disk);
    await stage.expectRefusals();
    await stage.kill();
    makeRoom(disk);
    await stage.start();
    await stage.look();
    await stage.expectSuccess('after a new start');
    await stage.look();
    await stage.stop();
    return stage.done();
  } finally {
    unmount();
  }
}

async function whileFull(stage: Stage, disk: string): Promise<void> {
  const when = 'while the disk is full';
  fill(disk);
  await stage.expectRefusals();
  await stage.expectPages(when);
  await wait(ROUND);
  await stage.expectPages(when);
  await stage.look();
  stage.expectAlive(when);
  makeRoom(disk);
}

const ballast = (disk: string) => join(disk, 'ballast');

/** Leaves no byte free. */
function fill(disk: string): void {
  const file = openSync(ballast(disk), 'a');
  for (const size of [256 * 1024, 4 * 1024, 1]) {
    try {
      for (;;) writeSync(file, Buffer.alloc(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  closeSync(file);
}

function makeRoom(disk: string): void {
  rmSync(ballast(disk));
}

/** A portal whose data directory is taken away, with a file in its place: it lives on, no start succeeds there, and nothing is lost once it is back. */
export async function takeAway(folder: string): Promise<Exercise> {
  const dataDir = join(folder, 'taken');
  const away = join(folder, 'away');
  const when = 'while the data directory is away';
  const stage = new Stage(dataDir, join(folder, 'taken.log'));
  await stage.set();
  renameSync(dataDir, away);
  writeFileSync(dataDir, '');
  for (const change of Object.values(stage.changes)) await change();
  await stage.expectPages(when);
  await wait(ROUND);
  stage.expectAlive(when);
  stage.faults.push(...(await expectNoStart(dataDir, join(folder, 'second.log'))));
  rmSync(dataDir);
  renameSync(away, dataDir);
  await stage.expectSuccess('though the data directory is back');
  await stage.look();
  await stage.kill();
  await stage.start();
  await stage.look();
  await stage.stop();
  return stage.done();
}

/** It says what is wrong, and ends. */
async function expectNoStart(dataDir: string, log: string): Promise<string[]> {
  const second = startPortal(dataDir, log);
  const started = await second.ready.then(
    () => true,
    () => false,
  );
  if (started) await second.kill();
  if (started) return ['it starts without a data directory'];
  return /PMP_DATA_DIR/.test(second.output()) ? [] : [`a start does not say what is wrong: ${second.output()}`];
}
