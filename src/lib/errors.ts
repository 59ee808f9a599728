import type { Reason } from './reasons.ts';

/** What went wrong, in the words of HTTP; `http/errors.ts` maps each kind to one status. */
export type ErrorKind = 'bad-request' | 'forbidden' | 'not-found' | 'gone' | 'conflict' | 'too-many' | 'unavailable';

/** A refusal that ends the request with its own page. `reasons` are shown to the person, each with its code. */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly reasons: readonly Reason[];
  /** For `too-many` and `unavailable`: seconds until another try makes sense. */
  readonly retryAfter: number | undefined;

  constructor(
    kind: ErrorKind,
    reasons: readonly Reason[] = [],
    options: { retryAfter?: number; cause?: unknown } = {},
  ) {
    super(`${kind} ${reasons.map((reason) => reason.code).join(' ')}`.trim(), { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.reasons = reasons;
    this.retryAfter = options.retryAfter;
  }
}

/** The page for something that is not there, or that this person may not know of. */
export function notFound(): AppError {
  return new AppError('not-found');
}
