/** What an app's deterministic sample is made with: `altiplano/sample`. */
export { COPY_NULL, copyText } from '../execute/copy.ts';
export { bulkLoad, type Progress } from './bulk-load.ts';
export { identifiersOf } from './identifier.ts';
export { DAY, type Instant, instantOf, instantText, monthStart, SECOND } from './instant.ts';
export { findSample, loadSample, type SampleTarget } from './load-sample.ts';
export { type Choices, choices, mix, Random } from './random.ts';
export { readForcedSecurity, vacuumSchema } from './schema-objects.ts';
export type { SampleTable } from './table.ts';
