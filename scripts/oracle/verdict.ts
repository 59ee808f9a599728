/** What somebody says of a chain. */
export interface Verdict {
  readonly accepted: boolean;
  /** The name of our fault; OpenSSL's own words. */
  readonly reason: string;
}
