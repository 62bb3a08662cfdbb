/**
 * What a folder of `packages/altiplano/src` may import from the others. `types` lets nothing through that runs; a file
 * named by itself is open to values where its folder is not. A folder may always import from itself.
 */
export interface Arrows {
  readonly [to: string]: 'types' | 'values';
}

export const ARROWS: Readonly<Record<string, Arrows>> = {
  errors: {},
  embedded: { errors: 'values' },
  observe: { 'profile/trace.ts': 'values' },
  // The one place that knows Redis.
  redis: { profile: 'types' },
  // Of any Node program, so nothing of the engine.
  profile: {},
  resource: { errors: 'values', encryption: 'types' },
  request: { resource: 'values', errors: 'values' },
  catalog: {
    resource: 'values',
    errors: 'values',
    keep: 'types',
    'keep/registered.ts': 'values',
    'rollup/registry.ts': 'values',
    'rollup/definition.ts': 'values',
    'bitmap/registry.ts': 'values',
    'bitmap/definition.ts': 'values',
    'summary/registry.ts': 'values',
    'summary/definition.ts': 'values',
    'audit/registry.ts': 'values',
    'execute/owner.ts': 'types',
  },
  // Cannot refuse (no errors) and cannot read (no execute): whatever a plan says was decided from what it was given.
  plan: { resource: 'values', request: 'types', catalog: 'types', 'catalog/catalog.ts': 'values' },
  // Cannot fail, so no errors; limits it prints are the plan's.
  sql: {
    plan: 'values',
    request: 'types',
    resource: 'types',
    'resource/term.ts': 'values',
    'resource/rollup.ts': 'values',
  },
  // `sql/text.ts` quotes names, `sql/reply-bound.ts` has a limit to tell; statements themselves arrive ready.
  execute: {
    sql: 'types',
    'sql/text.ts': 'values',
    'sql/reply-bound.ts': 'values',
    plan: 'types',
    resource: 'types',
    'resource/identity.ts': 'values',
    'resource/tenant-key.ts': 'values',
    errors: 'values',
    profile: 'types',
    'profile/trace.ts': 'values',
    'profile/scope.ts': 'values',
    'profile/advice/advise.ts': 'values',
    'profile/advice/explain-query.ts': 'values',
  },
  // From execute only the shape of its rows; never the statement that found them.
  respond: {
    plan: 'types',
    request: 'types',
    'request/cursor.ts': 'values',
    'request/slices.ts': 'values',
    encryption: 'types',
    'encryption/seal.ts': 'values',
    'execute/rows.ts': 'types',
    resource: 'values',
    errors: 'values',
  },
  // What rollups and bitmaps have in common; it knows neither.
  keep: {
    observe: 'types',
    'resource/tenant-key.ts': 'values',
    'sql/text.ts': 'values',
    'execute/owner.ts': 'values',
  },
  bitmap: {
    keep: 'values',
    resource: 'types',
    errors: 'values',
    'sql/text.ts': 'values',
    'execute/owner.ts': 'values',
  },
  // Reading is sql's: verify compares with the statements of a page.
  rollup: {
    keep: 'values',
    resource: 'types',
    'resource/rollup.ts': 'values',
    errors: 'values',
    plan: 'types',
    'sql/aggregate.ts': 'values',
    'sql/parameters.ts': 'values',
    'sql/rollup.ts': 'values',
    'sql/text.ts': 'values',
    'sql/scope.ts': 'types',
    'execute/owner.ts': 'values',
  },
  // As a rollup, of which it has the arithmetic of one row; reading is a function of its own.
  summary: {
    keep: 'values',
    resource: 'types',
    'rollup/ddl/shape.ts': 'values',
    'rollup/column-types.ts': 'values',
    errors: 'values',
    'sql/text.ts': 'values',
    'execute/owner.ts': 'values',
  },
  // Keys and ciphertexts; who opens what, respond and write say.
  encryption: {
    errors: 'values',
    resource: 'types',
    'resource/check-encryption.ts': 'values',
    'resource/tenant-key.ts': 'values',
    'sql/text.ts': 'values',
    'execute/owner.ts': 'types',
  },
  // Prints and compares; what is written, triggers write.
  audit: {
    resource: 'types',
    'resource/audit.ts': 'values',
    'keep/rows-of.ts': 'values',
    'sql/text.ts': 'values',
    'execute/owner.ts': 'types',
  },
  // Prints what a statement of tenants calls; counting is sql's.
  tenants: { resource: 'values', sql: 'values', plan: 'types' },
  // The stages of a read once more, each on top of its counterpart; the transaction is execute's.
  write: {
    resource: 'values',
    request: 'values',
    catalog: 'values',
    plan: 'values',
    sql: 'values',
    'execute/run.ts': 'values',
    'execute/write.ts': 'values',
    'execute/owner.ts': 'types',
    'auth/permission.ts': 'values',
    respond: 'values',
    encryption: 'types',
    'encryption/seal.ts': 'values',
    observe: 'values',
    'profile/trace.ts': 'values',
    errors: 'values',
    'pipeline.ts': 'types',
  },
  // An app's own endpoint: read like a write, entered like a read, and then the app's code.
  action: {
    resource: 'values',
    request: 'values',
    catalog: 'types',
    plan: 'values',
    sql: 'values',
    'execute/interactive.ts': 'values',
    'execute/run.ts': 'values',
    'execute/write-slots.ts': 'values',
    respond: 'values',
    write: 'values',
    auth: 'types',
    'auth/permission.ts': 'values',
    observe: 'values',
    'profile/trace.ts': 'values',
    errors: 'values',
    'pipeline.ts': 'types',
  },
  // Runs of jobs on the owner's connection; what they are told is read as an action's body is.
  jobs: {
    resource: 'values',
    'action/parse/accepted.ts': 'values',
    'action/parse/got.ts': 'values',
    'write/parse/body.ts': 'values',
    'write/parse/problems.ts': 'values',
    'execute/owner.ts': 'values',
    'execute/result-types.ts': 'values',
    encryption: 'types',
    'encryption/reencrypt.ts': 'values',
    observe: 'types',
    errors: 'values',
  },
  // Passwords, tokens and sessions of people; bodies are read as an action's are.
  'sign-in': {
    resource: 'types',
    'resource/accept.ts': 'values',
    'resource/identity.ts': 'values',
    'resource/sign-in.ts': 'values',
    'action/parse/accepted.ts': 'values',
    'action/parse/got.ts': 'values',
    'action/parse/query.ts': 'values',
    'request/values.ts': 'values',
    'write/parse/body.ts': 'values',
    'write/parse/problems.ts': 'values',
    auth: 'types',
    'auth/token.ts': 'values',
    encryption: 'types',
    execute: 'types',
    'execute/caller-store.ts': 'values',
    'profile/trace.ts': 'values',
    'execute/sqlstate.ts': 'values',
    'execute/traced.ts': 'values',
    'redis/connect.ts': 'values',
    plan: 'types',
    'sql/text.ts': 'values',
    'respond/reply.ts': 'values',
    observe: 'types',
    errors: 'values',
  },
  auth: {
    'sign-in/ddl.ts': 'values',
    'execute/token-store.ts': 'values',
    'execute/key-use.ts': 'values',
    execute: 'types',
    plan: 'types',
    resource: 'types',
    'resource/identity.ts': 'values',
    'resource/tenant-key.ts': 'values',
    'sql/text.ts': 'values',
    errors: 'values',
  },
  migrate: { errors: 'values', 'execute/owner.ts': 'values' },
  sample: { errors: 'values', 'execute/copy.ts': 'values', 'execute/owner.ts': 'values', 'keep/suspend.ts': 'values' },
  openapi: {
    resource: 'types',
    'resource/path-below.ts': 'values',
    'resource/permissions.ts': 'values',
    catalog: 'types',
    request: 'values',
    errors: 'values',
    write: 'types',
    'write/routes.ts': 'values',
    action: 'types',
    'sign-in': 'types',
    'sign-in/call.ts': 'values',
    'pipeline.ts': 'types',
  },
  http: {
    action: 'types',
    'action/answer.ts': 'values',
    'action/refusals.ts': 'values',
    'sign-in': 'types',
    'sign-in/answer.ts': 'values',
    'sign-in/call.ts': 'values',
    'pipeline.ts': 'values',
    'engine.ts': 'types',
    openapi: 'values',
    'resource/path-below.ts': 'values',
    request: 'values',
    resource: 'types',
    respond: 'types',
    write: 'types',
    'write/answer.ts': 'values',
    'write/routes.ts': 'values',
    'resource/profile-scopes.ts': 'values',
    auth: 'types',
    profile: 'values',
    observe: 'types',
    errors: 'values',
  },
};

/** The frame around the stages: these put them together, so any of them may be imported. */
export const FRAME: ReadonlySet<string> = new Set([
  'cli',
  'index.ts',
  'engine.ts',
  'folder.ts',
  'pipeline.ts',
  'explain.ts',
  'profiles.ts',
]);

/** Libraries that one folder keeps to itself. */
export const KEEPERS: Readonly<Record<string, string>> = {
  pg: 'execute',
  'pg-copy-streams': 'execute',
  'node-pg-migrate': 'migrate',
  fastify: 'http',
  'graphile-worker': 'jobs',
  jose: 'sign-in',
  ioredis: 'redis',
};

/** What an app may reach of Altiplano; the others from its sample, its tests and its naive twin only. */
export const ENTRY = 'altiplano';
/** Of any program: an app may name its layers. */
export const PROFILE_ENTRY = 'altiplano/profile';
export const SAMPLE_ENTRY = 'altiplano/sample';
export const TWIN_ENTRY = 'altiplano/twin';
export const TESTING_ENTRY = 'altiplano/testing';
