import {
  type Condition,
  lastValue,
  MalformedValue,
  type Parameters,
  Refusal,
  readBoolean,
  readList,
  readPageSize,
  readSearchText,
  type Search,
} from 'altiplano/twin';

/** What a list may be asked, as the contract says it. */
export interface Asking {
  /** Parameter → the condition its value makes; undefined: no filter. */
  readonly filters: Readonly<Record<string, (value: string) => Condition | undefined>>;
  /** `order` → what it sorts by; the first is the usual one, descending. */
  readonly orders: Readonly<Record<string, string>>;
  readonly searched: boolean;
}

export interface ListQuery {
  readonly conditions: readonly Condition[];
  readonly search: Search | undefined;
  /** Undefined: not asked for. */
  readonly order: string | undefined;
  readonly pageSize: number;
  readonly isCounted: boolean;
}

/** Refuses with the names of all parameters at fault at once. */
export function readListQuery({ filters, orders, searched }: Asking, parameters: Parameters): ListQuery {
  const conditions: Condition[] = [];
  let search: Search | undefined;
  let order: string | undefined;
  let pageSize = 25;
  let isCounted = false;
  collectFaults(parameters, (name, value) => {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    const condition = filter?.(value);
    if (condition) conditions.push(condition);
    else if (filter) return;
    else if (name === 'search' && searched) search = readSearchText(value);
    else if (name === 'order') order = orderBy(orders, value);
    else if (name === 'page_size') pageSize = readPageSize(value);
    else if (name === 'count') isCounted = readExact(value);
    else if (name === '_profile') readBoolean(value);
    else if (name !== 'cursor') throw new MalformedValue('unknown');
  });
  return { conditions, search, order, pageSize, isCounted };
}

function readExact(value: string): true {
  if (value !== 'exact') throw new MalformedValue('not exact');
  return true;
}

/** A single object takes no filters. */
export function readDetailQuery(parameters: Parameters): void {
  collectFaults(parameters, (name, value) => {
    if (name !== '_profile') throw new MalformedValue('unknown');
    readBoolean(value);
  });
}

export function orderBy(orders: Asking['orders'], value: string): string {
  const column = value.replace(/^-/, '');
  const expression = Object.hasOwn(orders, column) ? orders[column] : undefined;
  if (expression === undefined) throw new MalformedValue('no order');
  const direction = value.startsWith('-') ? 'DESC' : 'ASC';
  return `${expression} ${direction}, id ${direction}`;
}

/** Digits before the point and after it; nothing is rounded. */
export function readDecimal(value: string, [precision, scale]: readonly [number, number]): string {
  const [, whole = '', fraction = ''] = /^[+-]?(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  if (whole === '') throw new MalformedValue('no decimal number');
  const digits = whole.replace(/^0+/, '');
  if (digits.length > precision - scale || fraction.length > scale) throw new MalformedValue('too many digits');
  return value;
}

/** One of the values, or with a list of nothing none. */
export function listFilter(condition: (values: readonly string[]) => Condition) {
  return (value: string): Condition | undefined => {
    const values = readList(value);
    if (values === undefined) return undefined;
    return values.length === 0 ? () => 'FALSE' : condition(values);
  };
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
