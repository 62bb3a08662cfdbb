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
  observe: {},
  resource: { errors: 'values' },
  request: { resource: 'values', errors: 'values' },
  catalog: {
    resource: 'values',
    errors: 'values',
    'rollup/registry.ts': 'values',
    'rollup/definition.ts': 'values',
    'execute/owner.ts': 'types',
  },
  // Cannot refuse (no errors) and cannot read (no execute): whatever a plan says was decided from what it was given.
  plan: { resource: 'values', request: 'values', catalog: 'types', 'catalog/catalog.ts': 'values' },
  // Cannot fail, so no errors; limits it prints are the plan's.
  sql: { plan: 'values', request: 'types', resource: 'types' },
  // `sql/text.ts` quotes names, `sql/reply-bound.ts` has a limit to tell; statements themselves arrive ready.
  execute: {
    sql: 'types',
    'sql/text.ts': 'values',
    'sql/reply-bound.ts': 'values',
    plan: 'types',
    resource: 'types',
    errors: 'values',
  },
  // From execute only the shape of its rows; never the statement that found them.
  respond: {
    plan: 'types',
    request: 'types',
    'request/cursor.ts': 'values',
    'execute/rows.ts': 'types',
    resource: 'values',
    errors: 'values',
  },
  // Reading is sql's: verify compares with the statements of a page.
  rollup: {
    resource: 'types',
    errors: 'values',
    observe: 'types',
    plan: 'types',
    'sql/aggregate.ts': 'values',
    'sql/parameters.ts': 'values',
    'sql/rollup.ts': 'values',
    'sql/text.ts': 'values',
    'sql/scope.ts': 'types',
    'execute/owner.ts': 'values',
  },
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
    respond: 'values',
    observe: 'values',
    errors: 'values',
    'pipeline.ts': 'types',
  },
  auth: { 'execute/token-store.ts': 'values', execute: 'types', plan: 'types', resource: 'types', errors: 'values' },
  migrate: { errors: 'values', 'execute/owner.ts': 'values' },
  openapi: {
    resource: 'types',
    catalog: 'types',
    request: 'values',
    errors: 'values',
    write: 'types',
    'write/routes.ts': 'values',
    'pipeline.ts': 'types',
  },
  http: {
    'pipeline.ts': 'values',
    'engine.ts': 'types',
    openapi: 'values',
    request: 'values',
    respond: 'types',
    write: 'types',
    'write/answer.ts': 'values',
    'write/routes.ts': 'values',
    observe: 'types',
    errors: 'values',
  },
};

/** The frame around the stages: these put them together, so any of them may be imported. */
export const FRAME: ReadonlySet<string> = new Set(['cli', 'index.ts', 'engine.ts', 'pipeline.ts', 'explain.ts']);

/** Libraries that one folder keeps to itself. */
export const KEEPERS: Readonly<Record<string, string>> = {
  pg: 'execute',
  'pg-copy-streams': 'execute',
  'node-pg-migrate': 'migrate',
  fastify: 'http',
};

/** What an app may reach of Altiplano; the second from its tests only. */
export const ENTRY = 'altiplano';
export const TESTING_ENTRY = 'altiplano/testing';
