import { CERTIFICATE_MUTATIONS, RULE_MUTATIONS } from './certificates.ts';
import type { Mutation } from './mutation.ts';
import { NAME_MUTATIONS } from './names.ts';
import { PATH_MUTATIONS } from './path.ts';
import { POLICY_MUTATIONS } from './policies.ts';

/** Every mutation there is, by its name. */
export const MUTATIONS: ReadonlyMap<string, Mutation> = new Map(
  Object.entries<Mutation>({
    ...CERTIFICATE_MUTATIONS,
    ...PATH_MUTATIONS,
    ...NAME_MUTATIONS,
    ...POLICY_MUTATIONS,
    ...RULE_MUTATIONS,
  }),
);
