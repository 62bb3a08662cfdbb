import type { Rule } from '../finding.ts';

/** Every rule once; the type says when one is missing. */
const NAMES: Readonly<Record<Rule, true>> = {
  'n-plus-one': true,
  duplicate: true,
  'write-n-plus-one': true,
  chatty: true,
  'could-run-together': true,
  'slow-query': true,
  'count-as-exists': true,
  'deep-offset': true,
  'unused-wide-columns': true,
  'missing-index': true,
  'spilled-sort': true,
  'policy-per-row': true,
  'stale-statistics': true,
  'pool-wait': true,
};

export const RULE_NAMES = Object.keys(NAMES) as readonly Rule[];
