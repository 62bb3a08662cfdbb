/** The public API. Apps and users import from here and nowhere deeper. */

export { newKey } from './auth/new-key.ts';
export { buildBitmaps } from './bitmap/build.ts';
export { type KeyRing, parseKeyRing } from './encryption/key-ring.ts';
export { type Place, seal, unseal } from './encryption/seal.ts';
export { Failure } from './errors/failure.ts';
export { refuse } from './errors/refuse.ts';
export { COPY_NULL, type CopyTarget, copyInto, copyText } from './execute/copy.ts';
export { connectOwner, type OwnerClient } from './execute/owner.ts';
export { suspendKept } from './keep/suspend.ts';
export * as online from './migrate/online.ts';
export { accept } from './resource/accept.ts';
export {
  type Action,
  type ActionContext,
  type ActionJobs,
  type ActionResult,
  action,
  type CompiledQuery,
  type DeclaredRefusal,
  type RunQuery,
} from './resource/action.ts';
export type { App, Identity, NewKey, SampleOptions, SampleSummary } from './resource/app.ts';
export { app } from './resource/app.ts';
export { tables } from './resource/declare.ts';
export { cursors, numbered } from './resource/envelope.ts';
export { type Job, type JobContext, job, type Progress } from './resource/job.ts';
export { jobProgress } from './resource/job-progress.ts';
export { type Query, sql } from './resource/query.ts';
export { reencryption } from './resource/reencryption.ts';
export type { Resource } from './resource/resource.ts';
export type { PasswordCost, SignIn } from './resource/sign-in.ts';
export type { Summary } from './resource/summary.ts';
export { type BuildOptions, buildRollups } from './rollup/build.ts';
export { type HashOptions, hashPassword } from './sign-in/password.ts';
export { buildSummaries, type SummaryBuildOptions } from './summary/build.ts';
