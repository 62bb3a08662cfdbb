import { attributeEquals, type Condition } from './conditions.ts';
import { filterReaders } from './filters.ts';
import { lastValue, type Parameters } from './query-string.ts';
import { MalformedValue, Refusal } from './refusal.ts';
import { readAttribute, readBoolean, readPageSize, readSearch } from './values.ts';

/** What a list request asks for, beyond the workspace. */
export interface ListQuery {
  readonly conditions: readonly Condition[];
  readonly search: string | undefined;
  readonly pageSize: number;
  readonly counted: boolean;
}

const defaultPage = 25;
const noFilter: Condition = () => 'TRUE';

/** Reads everything but `workspace_id`; refuses with the names of all parameters at fault at once. */
export function readListQuery(parameters: Parameters, links: string, cursorAllowed: boolean): ListQuery {
  const conditions: Condition[] = [];
  const faults = new Set<string>();
  const readers = filterReaders(links);
  let search: string | undefined;
  let pageSize = defaultPage;
  let counted = false;
  for (const [name, values] of parameters) {
    collectFault(faults, name, () => {
      const value = lastValue(parameters, name) ?? '';
      const reader = readers.get(name);
      if (reader) conditions.push(reader(value) ?? noFilter);
      else if (name === 'other_attributes') conditions.push(...values.map(attributeCondition));
      else if (name === 'search') search = readSearch(value);
      else if (name === 'page_size') pageSize = readPageSize(value);
      else if (name === 'count') counted = readCount(value);
      else if (name === '_profile') readBoolean(value);
      else if (name !== 'workspace_id' && !(name === 'cursor' && cursorAllowed)) throw new MalformedValue('unknown');
    });
  }
  if (faults.size > 0) throw new Refusal(400, [...faults]);
  return { conditions, search, pageSize, counted };
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

function attributeCondition(value: string): Condition {
  const { key, text } = readAttribute(value);
  return attributeEquals(key, text);
}

function readCount(value: string): boolean {
  if (value !== 'exact' && value !== 'estimated') throw new MalformedValue('not exact or estimated');
  return true;
}
