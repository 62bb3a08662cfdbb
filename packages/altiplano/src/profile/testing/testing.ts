/** The entry `altiplano/profile/testing`, for vitest, jest, node:test or none: what fails, throws an AssertionError. */

import { watchInstalled } from './drivers.ts';

export { type ConstantOptions, expectConstantQueries } from './constant-queries.ts';
export { watch } from './drivers.ts';
export { extendExpect } from './matchers.ts';
export { expectMaxQueries } from './max-queries.ts';
export { expectNoFindings, type FindingOptions } from './no-findings.ts';
export type { QueryOptions } from './queries.ts';
export { type ExpectedShapes, expectQuerySnapshot, queryShapes } from './query-snapshot.ts';

watchInstalled(process.cwd());
