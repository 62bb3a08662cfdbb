import { withoutValues } from '../literals.ts';

/** What names something says nobody's data, and is no expression. */
const NAMES = /Name$|^Alias$|^Schema$|Type$/;

/** A plan whose conditions hold no values that the program wrote into its text. */
export function maskedPlan(plan: unknown): unknown {
  if (Array.isArray(plan)) return plan.map(maskedPlan);
  if (typeof plan === 'string') return withoutValues(plan);
  if (typeof plan !== 'object' || plan === null) return plan;
  return Object.fromEntries(
    Object.entries(plan).map(([key, value]) => [
      key,
      typeof value === 'string' && NAMES.test(key) ? value : maskedPlan(value),
    ]),
  );
}
