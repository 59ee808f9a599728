/** What a check found. */
export interface Finding {
  /** `warning`: it works, but not as it should for long. */
  readonly state: 'ok' | 'warning' | 'wrong';
  readonly name: string;
  readonly text: string;
  /** What to do. */
  readonly advice?: string;
}
