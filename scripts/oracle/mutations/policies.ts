import { inhibitAnyPolicy, policies, policyConstraints, policyMappings } from '../../../test/support/extensions.ts';
import { type Draft, insertCa, intermediatesOf, leafOf, type Plan, put } from '../plan.ts';
import type { Mutation } from './mutation.ts';

const GOLD = '1.3.6.1.4.1.99999.1';
const SILVER = '1.3.6.1.4.1.99999.2';
const BRONZE = '1.3.6.1.4.1.99999.3';
const ANY = '2.5.29.32.0';

/** Policies, their mappings, and what limits them. Each begins with policies that hold down to the leaf. */
export const POLICY_MUTATIONS = {
  'explicit policy': (plan) => {
    goldAll(plan);
    put(plan.random.pick(plan.main), policyConstraints({ require: plan.random.below(4) }));
    if (plan.random.chance(0.5)) spoil(plan, plan.random.pick(plan.main.slice(1)));
  },

  'policy mapping': (plan) => {
    goldAll(plan);
    const mapping = plan.random.pick(intermediatesOf(plan));
    put(mapping, policyMappings([GOLD, SILVER]));
    for (const each of below(plan, mapping)) if (plan.random.chance(0.8)) put(each, policies(SILVER));
    require(plan);
  },

  'mapping of any policy': (plan) => {
    goldAll(plan);
    const pair = plan.random.pick<[string, string]>([
      [GOLD, ANY],
      [ANY, GOLD],
      [SILVER, SILVER],
    ]);
    put(plan.random.pick(intermediatesOf(plan)), policyMappings(pair));
  },

  'inhibited mapping': (plan) => {
    if (intermediatesOf(plan).length === 1) insertCa(plan, 1);
    goldAll(plan);
    const mapping = plan.random.pick(intermediatesOf(plan));
    put(mapping, policyMappings([GOLD, SILVER], [BRONZE, SILVER]));
    for (const each of below(plan, mapping)) put(each, policies(SILVER));
    const inhibiting = plan.random.pick(intermediatesOf(plan));
    put(inhibiting, policyConstraints({ require: 0, inhibit: plan.random.below(2) }));
  },

  'inhibited any-policy': (plan) => {
    goldAll(plan);
    for (const each of plan.random.some(plan.main.slice(1), 1, 2)) put(each, policies(ANY));
    put(plan.random.pick(intermediatesOf(plan)), inhibitAnyPolicy(plan.random.below(3)));
    require(plan);
  },

  'wild policies': (plan) => {
    intermediatesOf(plan);
    for (const each of plan.main) makeWild(plan, each);
  },
} satisfies Record<string, Mutation>;

function goldAll(plan: Plan): void {
  for (const each of plan.main) put(each, policies(plan.random.pick([GOLD, GOLD, GOLD, ANY])));
}

function spoil({ random }: Plan, certificate: Draft): void {
  if (random.chance(0.5)) put(certificate, policies(SILVER));
  else certificate.set.extensions = certificate.set.extensions?.filter(({ oid }) => oid !== '2.5.29.32') ?? [];
}

function below(plan: Plan, certificate: Draft): Draft[] {
  return plan.main.slice(plan.main.indexOf(certificate) + 1);
}

function require(plan: Plan): void {
  const by = plan.random.chance(0.7) ? plan.random.pick(intermediatesOf(plan)) : leafOf(plan);
  put(by, policyConstraints({ require: 0 }));
}

function makeWild({ random }: Plan, certificate: Draft): void {
  if (random.chance(0.8)) put(certificate, policies(...random.some([GOLD, SILVER, BRONZE, ANY], 1, 3)));
  if (random.chance(0.25))
    put(certificate, policyMappings([random.pick([GOLD, SILVER]), random.pick([SILVER, BRONZE, GOLD])]));
  if (random.chance(0.25)) put(certificate, policyConstraints({ require: random.below(3) }));
  else if (random.chance(0.2)) put(certificate, policyConstraints({ inhibit: random.below(2) }));
  if (random.chance(0.15)) put(certificate, inhibitAnyPolicy(random.below(2)));
}
