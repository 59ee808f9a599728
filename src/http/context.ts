import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config.ts';
import type { Db } from '../db/index.ts';
import type { SendMail } from '../mail/index.ts';
import type { Drafts } from './drafts.ts';
import type { Sessions } from './session.ts';

/** What `buildApp` hands to every feature. */
export interface Context {
  readonly config: Config;
  readonly db: Db;
  readonly sessions: Sessions;
  readonly drafts: Drafts;
  readonly sendMail: SendMail;
  readonly log: FastifyBaseLogger;
}
