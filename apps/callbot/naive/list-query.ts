import {
  type Condition,
  lastValue,
  MalformedValue,
  type Parameters,
  Refusal,
  readBoolean,
  readList,
  readOffset,
  readPageSize,
  readSearch,
} from 'altiplano/twin';
import { facetNames } from './facets.ts';
import { filterReaders, overOf } from './filters.ts';
import { readGroups } from './groups.ts';
import { newestFirst, type Order, readOrder } from './order.ts';

/** A condition and what it is about: a facet's counts leave out those about the facet. */
export interface Filter {
  readonly over: string;
  readonly condition: Condition;
}

/** What a list request asks for, beyond the workspace. */
export interface ListQuery {
  readonly filters: readonly Filter[];
  readonly search: string | undefined;
  readonly order: Order;
  readonly facets: readonly string[];
  readonly pageSize: number;
  /** Null unless `limit` or `offset` was given. */
  readonly offset: number | null;
  readonly counted: boolean;
}

const defaultPage = 25;

/** Reads everything but `workspace_id`; refuses with the names of all parameters at fault at once. */
export function readListQuery(parameters: Parameters, links: string, cursorAllowed: boolean): ListQuery {
  const filters: Filter[] = [];
  const faults = new Set<string>();
  const readers = filterReaders(links);
  const old = ['limit', 'offset'].filter((name) => parameters.has(name));
  const isMixed = old.length > 0 && (parameters.has('cursor') || parameters.has('page_size'));
  let query: ListQuery = {
    ...{ filters, search: undefined, order: newestFirst, facets: [], pageSize: defaultPage },
    ...{ offset: old.length > 0 ? 0 : null, counted: old.length > 0 },
  };
  const filter = (name: string, value: string) => {
    const condition = readers.get(name)?.(value);
    if (condition) filters.push({ over: overOf(name), condition });
  };
  for (const [name, values] of parameters) {
    collectFault(faults, name, () => {
      const value = lastValue(parameters, name) ?? '';
      if (isMixed && old.includes(name)) throw new MalformedValue('two ways of paging');
      if (name === 'other_attributes') for (const one of values) filter(name, one);
      else if (readers.has(name)) filter(name, value);
      else if (name === 'any')
        filters.push(...readGroups(values, readers).map((condition) => ({ over: name, condition })));
      else if (name === 'search') query = { ...query, search: readSearch(value) };
      else if (name === 'order') query = { ...query, order: readOrder(value) };
      else if (name === 'facets') query = { ...query, facets: readFacets(value) };
      else if (name === 'page_size' || name === 'limit') query = { ...query, pageSize: readPageSize(value) };
      else if (name === 'offset') query = { ...query, offset: readOffset(value) };
      else if (name === 'count') query = { ...query, counted: readCount(value) };
      else if (name === '_profile') readBoolean(value);
      else if (name !== 'workspace_id' && !(name === 'cursor' && cursorAllowed)) throw new MalformedValue('unknown');
    });
  }
  if (faults.size > 0) throw new Refusal(400, [...faults]);
  return query;
}

/** A single object takes no filters. */
export function readDetailQuery(parameters: Parameters): void {
  const faults = new Set<string>();
  for (const name of parameters.keys()) {
    collectFault(faults, name, () => {
      if (name === '_profile') readBoolean(lastValue(parameters, name) ?? '');
      else if (name !== 'workspace_id') throw new MalformedValue('unknown');
    });
  }
  if (faults.size > 0) throw new Refusal(400, [...faults]);
}

function collectFault(faults: Set<string>, name: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof MalformedValue)) throw error;
    faults.add(name);
  }
}

function readFacets(value: string): string[] {
  const names = new Set(readList(value));
  for (const name of names) if (!facetNames.includes(name)) throw new MalformedValue('no facet');
  return [...names];
}

function readCount(value: string): boolean {
  if (value !== 'exact' && value !== 'estimated') throw new MalformedValue('not exact or estimated');
  return true;
}
