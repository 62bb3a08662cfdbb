/** The public API. Apps and users import from here and nowhere deeper. */
export { Failure } from './errors/failure.ts';
export { COPY_NULL, type CopyTarget, copyInto, copyText } from './execute/copy.ts';
export { connectOwner, type OwnerClient } from './execute/owner.ts';
export * as online from './migrate/online.ts';
export type { App, Identity, SampleOptions, SampleSummary } from './resource/app.ts';
export { app } from './resource/app.ts';
export { tables } from './resource/declare.ts';
export type { Resource } from './resource/resource.ts';
export { type BuildOptions, buildRollups } from './rollup/build.ts';
export { suspendRollups } from './rollup/suspend.ts';
