import { type Identity, KEY_FUNCTIONS, keyColumns } from '../resource/identity.ts';
import type { NeededIndex } from './check-indexes.ts';

type Named = ReadonlyMap<string, ReadonlySet<string>>;

/** The tables a resource's statements name, and the one of API keys with what an entry by one reads. */
export function withKeys(named: Named, { keys }: Identity): Named {
  if (keys === undefined) return named;
  return new Map([...named, [keys.table, new Set([...(named.get(keys.table) ?? []), ...keyColumns(keys)])]]);
}

export function keyFunctions({ keys }: Identity): readonly string[] {
  return keys === undefined ? [] : KEY_FUNCTIONS;
}

/** A credential says no tenant: its key is looked for in all of them. */
export function keyIndexes({ keys }: Identity): readonly NeededIndex[] {
  return keys === undefined ? [] : [{ table: keys.table, keys: ['prefix'], live: null }];
}
