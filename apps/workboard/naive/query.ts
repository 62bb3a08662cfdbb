import {
  type Condition,
  lastValue,
  MalformedValue,
  type Parameters,
  Refusal,
  readBoolean,
  readPageSize,
  readSearch,
} from 'altiplano/twin';
import type { Listed } from './listed.ts';

/** What a list request asks for. */
export interface ListQuery {
  readonly conditions: readonly Condition[];
  readonly search: string | undefined;
  /** An ORDER BY clause. */
  readonly order: string;
  readonly pageSize: number;
}

const defaultPage = 25;

/** Reads everything; refuses with the names of all parameters at fault at once. */
export function readListQuery(listed: Listed, parameters: Parameters, cursorAllowed: boolean): ListQuery {
  const conditions: Condition[] = [];
  let [search, pageSize]: [string | undefined, number] = [undefined, defaultPage];
  const [usual = ''] = Object.keys(listed.orders);
  let order = orderBy(listed, `-${usual}`);
  collectFaults(parameters, (name, value) => {
    const read = listed.filters[name];
    const condition = read?.(value);
    if (condition) conditions.push(condition);
    if (read) return;
    if (name === 'search' && listed.searched.length > 0) search = readSearch(value);
    else if (name === 'order') order = orderBy(listed, value);
    else if (name === 'page_size') pageSize = readPageSize(value);
    else if (name === '_profile') readBoolean(value);
    else if (name !== 'cursor' || !cursorAllowed) throw new MalformedValue('unknown');
  });
  return { conditions, search, order, pageSize };
}

/** A single object takes no filters. */
export function readDetailQuery(parameters: Parameters): void {
  collectFaults(parameters, (name, value) => {
    if (name !== '_profile') throw new MalformedValue('unknown');
    readBoolean(value);
  });
}

function orderBy({ orders, key }: Listed, value: string): string {
  const expression = orders[value.replace(/^-/, '')];
  if (expression === undefined) throw new MalformedValue('no order');
  const direction = value.startsWith('-') ? 'DESC' : 'ASC';
  return `ORDER BY ${expression} ${direction}, ${key} ${direction}`;
}

function collectFaults(parameters: Parameters, read: (name: string, value: string) => void): void {
  const faults = new Set<string>();
  for (const name of parameters.keys()) {
    try {
      read(name, lastValue(parameters, name) ?? '');
    } catch (error) {
      if (!(error instanceof MalformedValue)) throw error;
      faults.add(name);
    }
  }
  if (faults.size > 0) throw new Refusal(400, [...faults]);
}
