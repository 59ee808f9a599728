import type { Fault } from '../faults.ts';

/** One rule about a certificate. `Case` is the certificate with all that it is judged by. */
export interface Rule<Case> {
  /** Its number in the rules: "2.7". */
  readonly number: string;
  /** The code of every fault that it finds. */
  readonly code: string;
  judge(each: Case): Fault | readonly Fault[] | undefined;
}

/** Every fault found, in the order of the rules: nothing stops at the first. */
export function judgeByRules<Case>(rules: readonly Rule<Case>[], each: Case): readonly Fault[] {
  return rules.flatMap((rule) => rule.judge(each) ?? []);
}
