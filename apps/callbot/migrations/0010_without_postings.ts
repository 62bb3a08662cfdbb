import { readFileSync } from 'node:fs';
import { online } from 'altiplano';
import { INDEXES } from './0002_indexes.ts';
import { down as withoutPostings, up as withPostings } from './0004_postings.ts';
import { down as withoutSearch, up as withSearch } from './0005_search.ts';

// Bitmaps (0009) find what postings, trigrams and the filters' own indexes found: 1.4 GB of a million customers.
const REPLACED = INDEXES.filter(({ name }) =>
  ['facets', 'carrier', 'flags', 'employee', 'duration'].some((filter) => name === `idx_customer_${filter}`),
);

/**
 * All rows in page order: what a segment is made of. And unique, so that a change of created_at takes the whole lock of its
 * row: a link, which only wants the row to stay where it is, and a move wait for each other.
 */
const ORDER: online.IndexDefinition = {
  name: 'idx_customer_order',
  table: 'customer',
  on: '(workspace_id, created_at desc, id desc)',
  unique: true,
};

// 0008 has replaced one of the functions since.
const [, SINCE = ''] =
  /(select set_config\('search_path'.*)-- Down Migration/s.exec(
    readFileSync(new URL('0008_writes.sql', import.meta.url), 'utf8'),
  ) ?? [];

const GRANTED = `has_function_privilege(altiplano.app_role(), 'customer_search(uuid, text, integer)', 'execute')`;

export const up = online.steps(
  online.createIndex(ORDER),
  withoutPostings.steps,
  withoutSearch.steps,
  ...REPLACED.map(online.dropIndex),
);

export const down = online.steps(
  ...REPLACED.map(online.createIndex),
  withSearch.steps,
  online.transaction({
    name: 'grant customer_search',
    done: GRANTED,
    sql: `do $do$ begin
      execute format('grant execute on function customer_search(uuid, text, integer) to %I', altiplano.app_role());
    end $do$`,
  }),
  withPostings.steps,
  online.transaction({
    name: 'function customer_posting_update',
    done: `exists (select from pg_proc where oid = to_regprocedure('customer_posting_update()') and prosrc like '%union all%')`,
    sql: SINCE,
  }),
  online.isolate({ table: 'customer_posting', column: 'workspace_id' }),
  online.dropIndex(ORDER),
);
