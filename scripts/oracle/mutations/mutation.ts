import type { Plan } from '../plan.ts';

/** Changes one thing of a plan that had nothing wrong. Not each makes the chain invalid: where the boundary lies is the question. */
export type Mutation = (plan: Plan) => void;
