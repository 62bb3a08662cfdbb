import { Failure } from '../errors/failure.ts';
import type { App } from '../resource/app.ts';
import { SIGN_IN_FUNCTIONS } from '../resource/sign-in.ts';
import type { Catalog } from './catalog.ts';
import { checkTable } from './check.ts';
import { nearest } from './nearest.ts';

/**
 * What keeps people from signing in: columns, functions, and that an address finds one user at once.
 * MIGR_TABLE_UNKNOWN, MIGR_COLUMN_UNKNOWN, MIGR_FUNCTION_UNKNOWN, MIGR_INDEX_MISSING
 */
export function checkSignInTables({ identity }: Pick<App, 'identity'>, catalog: Catalog): readonly Failure[] {
  const { signIn, table, active } = identity;
  if (signIn === undefined) return [];
  const named = { name: SIGN_IN };
  const { email, digest, ignoresCase } = signIn;
  const columns = new Set(['id', email, digest, ...(active === undefined ? [] : [active])]);
  const unknown = checkTable(named, catalog, table, columns, true);
  if (unknown.length > 0) return unknown;
  const missing = SIGN_IN_FUNCTIONS.filter((needed) => !catalog.functions.has(needed)).map((needed) => {
    const values = {
      resource: SIGN_IN,
      function: `${catalog.schema}.${needed}`,
      suggestion: nearest(needed, [...catalog.functions]),
    };
    return new Failure('MIGR_FUNCTION_UNKNOWN', { values });
  });
  const key = ignoresCase === true ? `lower(${email})` : email;
  const isUnique = catalog.tables.get(table)?.indexes.some(({ keys, unique, valid, predicate }) => {
    const [first = '', ...rest] = keys;
    return unique && valid && predicate === null && rest.length === 0 && plain(first) === key;
  });
  return [...missing, ...(isUnique ? [] : [indexMissing(catalog, table, key)])];
}

/** What stands for it where resources have a name. */
export const SIGN_IN = 'sign-in';

/** Casts that the catalog prints, and the parentheses around what is cast. */
const plain = (key: string): string => key.replace(/\((\w+)\)::text/, '$1').replace(/ collate \S+$/, '');

function indexMissing({ schema }: Catalog, table: string, key: string): Failure {
  const columns = `(${key})`;
  const ddl = `create unique index concurrently idx_${table}_sign_in on ${schema}.${table} ${columns};`;
  return new Failure('MIGR_INDEX_MISSING', {
    values: { resource: SIGN_IN, table: `${schema}.${table}`, columns, ddl },
  });
}
