import {
  asFile,
  fingerprintOf,
  type MadeCertificate,
  makeIntermediate,
  makeLeaf,
  makeRoot,
} from '../../test/support/certificates.ts';
import { type Answer, Visitor } from '../../test/support/visitor.ts';
import { Random } from '../oracle/random.ts';
import type { Kind, Ledger } from './ledger.ts';
import type { Network } from './network.ts';
import { ADMIN } from './portal.ts';

/** A chip maker who may add chips. */
interface Provider {
  readonly visitor: Visitor;
  readonly username: string;
  readonly organization: string;
  /** Its approved chips, by path. */
  readonly approved: string[];
}

interface Waiting {
  readonly provider: Provider;
  readonly chip: string;
}

/** More makers than these do not upload at once. */
const MOST_PROVIDERS = 4;
const PASSWORD = 'a long pass phrase 8';
const idOf = (chip: string) => chip.slice('/chips/'.length);

/** The portal answered a change as it never should. */
export class WrongAnswer extends Error {}

/** Admin and chip makers at work. Each action is one request that changes something, written down when it is acknowledged. */
export class People {
  readonly #network: Network;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #root = makeRoot();
  readonly #ca = makeIntermediate(this.#root);
  readonly #admin: Visitor;
  #providers: Provider[] = [];
  #waiting: Waiting[] = [];
  #number = 0;

  constructor(network: Network, ledger: Ledger, seed: number) {
    this.#network = network;
    this.#ledger = ledger;
    this.#random = new Random(seed);
    this.#admin = new Visitor(network);
  }

  get admin(): Visitor {
    return this.#admin;
  }

  /** One of the chip makers. */
  get provider(): Visitor {
    return this.#random.pick(this.#providers).visitor;
  }

  /** How many chips wait for a decision, and how many are approved. */
  get chips(): { readonly waiting: number; readonly approved: number } {
    const approved = this.#providers.reduce((sum, provider) => sum + provider.approved.length, 0);
    return { waiting: this.#waiting.length, approved };
  }

  /** Signs the admin in and has the authority trusted; so that there is somebody to start with, some chip makers join. */
  async begin(): Promise<void> {
    this.#done(await this.#admin.post('/login', { identifier: ADMIN.username, password: ADMIN.password }));
    for (const [type, made] of [
      ['root', this.#root],
      ['intermediate', this.#ca],
    ] as const)
      this.#done(await this.#admin.upload('/trust-store', file(made), { domain: 'FTM', type }));
    for (let count = 0; count < 2; count += 1) await this.register();
  }

  /** Somebody registers, accepts the terms and uploads the partner certificate. Returns whether all of it was accepted. */
  async register(): Promise<boolean> {
    this.#number += 1;
    const username = `maker${this.#number}`;
    const organization = `Maker ${this.#number} Ltd`;
    const visitor = new Visitor(this.#network);
    const names = { firstName: 'Pia', lastName: 'Rao', organization, email: `${username}@maker.example`, username };
    const rest = { partnerType: 'FTM_PROVIDER', address: '1 Silicon Street', phone: '+91 80 1234', language: 'en' };
    const registration = { ...rest, ...names, password: PASSWORD, confirmPassword: PASSWORD };
    if (!this.#acknowledged(await visitor.post('/register', registration), 'registration', username)) return false;
    const version = (await visitor.get('/consent')).$('[name=version]').attr('value') ?? '';
    const consented = await visitor.post('/consent', { accept: 'on', version });
    if (!this.#acknowledged(consented, 'consent', username)) return false;
    const provider = { visitor, username, organization, approved: [] };
    const made = this.#leaf(provider);
    const answer = await visitor.upload('/partner-certificate', file(made));
    if (!this.#acknowledged(answer, 'partner certificate', fingerprintOf(made.der))) return false;
    this.#providers = [...this.#providers, provider].slice(-MOST_PROVIDERS);
    return true;
  }

  /** A chip maker renews its own certificate. */
  async renew(): Promise<boolean> {
    const provider = this.#random.pick(this.#providers);
    const made = this.#leaf(provider);
    const answer = await provider.visitor.upload('/partner-certificate', file(made));
    return this.#acknowledged(answer, 'partner certificate', fingerprintOf(made.der));
  }

  /** A chip maker adds a chip. Returns it, so that its certificate can follow. */
  async add(): Promise<Waiting | undefined> {
    const provider = this.#random.pick(this.#providers);
    this.#number += 1;
    const model = `Model ${this.#number}`;
    const answer = await provider.visitor.post('/chips', { make: 'Acme', model });
    const chip = (answer.location ?? '').replace('/certificate/new', '');
    return this.#acknowledged(answer, 'chip', idOf(chip), model) ? { provider, chip } : undefined;
  }

  /** A chip's certificate is uploaded: that of a new one, or another for an approved one. */
  async upload(added?: Waiting): Promise<boolean> {
    const waiting = added ?? this.#takeApproved();
    if (waiting === undefined) return false;
    const { provider, chip } = waiting;
    const made = this.#leaf(provider);
    const answer = await provider.visitor.upload(`${chip}/certificate`, file(made));
    const accepted = this.#acknowledged(answer, 'chip certificate', idOf(chip), fingerprintOf(made.der));
    if (accepted) this.#waiting.push(waiting);
    else if (added === undefined) provider.approved.push(chip);
    return accepted;
  }

  /** The admin approves a chip that waits, or rejects it. */
  async decide(): Promise<boolean> {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return false;
    const { provider, chip } = waiting;
    const page = await this.#admin.get(`${chip}/decision/new`);
    const certificateId = page.$('[name=certificateId]').first().attr('value') ?? '';
    const kind = this.#random.chance(0.8) ? 'approval' : 'rejection';
    const reason = kind === 'approval' ? '' : 'The certificate is that of the evaluation board.';
    const answer = await this.#admin.post(`${chip}/${kind}`, { certificateId, reason });
    const accepted = this.#acknowledged(answer, kind, idOf(chip), certificateId);
    if (!accepted) this.#waiting.push(waiting);
    else if (kind === 'approval') provider.approved.push(chip);
    return accepted;
  }

  /** An approved chip is deactivated, by its maker or by the admin. */
  async deactivate(): Promise<boolean> {
    const taken = this.#takeApproved();
    if (taken === undefined) return false;
    const { provider, chip } = taken;
    const answer = this.#random.chance(0.5)
      ? await provider.visitor.post(`${chip}/deactivation`)
      : await this.#admin.post(`${chip}/deactivation`, { reason: 'The maker has left the programme.' });
    const accepted = this.#acknowledged(answer, 'deactivation', idOf(chip));
    if (!accepted) provider.approved.push(chip);
    return accepted;
  }

  #takeApproved(): Waiting | undefined {
    const having = this.#providers.filter(({ approved }) => approved.length > 0);
    if (having.length === 0) return undefined;
    const provider = this.#random.pick(having);
    const chip = provider.approved.shift();
    return chip === undefined ? undefined : { provider, chip };
  }

  #leaf({ organization }: Pick<Provider, 'organization'>): MadeCertificate {
    this.#number += 1;
    return makeLeaf(this.#ca, { subject: { O: organization, CN: `Certificate ${this.#number}` } });
  }

  /** Writes down what was acknowledged. @throws WrongAnswer for what is neither a success nor a refusal */
  #acknowledged(answer: Answer, kind: Kind, ...what: string[]): boolean {
    if (answer.status === 303) {
      this.#ledger.acknowledge(kind, ...what);
      return true;
    }
    if (![409, 422, 503].includes(answer.status)) throw wrong(answer, kind);
    this.#ledger.refuse(kind, answer.status);
    return false;
  }

  #done(answer: Answer): void {
    if (answer.status !== 303) throw wrong(answer, 'the beginning');
  }
}

function wrong(answer: Answer, what: string): WrongAnswer {
  return new WrongAnswer(`${what} was answered by ${answer.status} ${answer.codes.join(' ')} ${answer.text()}`);
}

function file(made: MadeCertificate) {
  return { name: 'certificate.cer', bytes: asFile(made) };
}
