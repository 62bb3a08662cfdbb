import {
  type Condition,
  compared,
  isNull,
  negated,
  noneOf,
  oneOf,
  readAttribute,
  readBoolean,
  readInstant,
  readList,
  readNumber,
  readUuid,
  readUuidList,
} from 'altiplano/twin';
import { attributeEquals, hasAnyLabel } from './conditions.ts';

/** Reads one parameter's value; undefined means that this value is no filter. */
export type FilterReader = (value: string) => Condition | undefined;

const numberOperators = {
  duration: '=',
  duration__gt: '>',
  duration__gte: '>=',
  duration__lt: '<',
  duration__lte: '<=',
};

/** What a filter is about: a column, or the labels. */
export function overOf(parameter: string): string {
  const [over = ''] = parameter.split('__');
  return over === 'campaign_labels' ? 'labels' : over;
}

/** Every filter that one value decides, by parameter. `links` is the table of customers' labels. */
export function filterReaders(links: string): ReadonlyMap<string, FilterReader> {
  const readers = new Map<string, FilterReader>();
  for (const column of ['status', 'quality', 'call_status', 'carrier']) {
    readers.set(column, oneOfReader(column));
    readers.set(`${column}__in`, oneOfReader(column));
  }
  for (const column of ['status', 'quality', 'call_status']) readers.set(`${column}__neq`, noneOfReader(column));
  for (const column of ['status', 'quality']) {
    readers.set(`${column}__isnull`, (value) => isNull(column, readBoolean(value)));
  }
  for (const [name, operator] of Object.entries({ ...numberOperators, duration__neq: 'IS DISTINCT FROM' })) {
    readers.set(name, (value) => compared('duration', operator, readNumber(value), 'float8'));
  }
  for (const column of ['is_test', 'checked']) {
    readers.set(column, (value) => compared(column, '=', readBoolean(value), 'boolean'));
  }
  readers.set('employee_id', (value) => compared('employee_id', '=', readUuid(value), 'uuid'));
  for (const [name, operator] of [['created_at__gte', '>='] as const, ['created_at__lt', '<'] as const]) {
    readers.set(name, (value) => compared('created_at', operator, readInstant(value), 'timestamptz'));
  }
  readers.set('other_attributes', (value) => {
    const { key, text } = readAttribute(value);
    return attributeEquals(key, text);
  });
  addLabelReaders(readers, links);
  return readers;
}

function addLabelReaders(readers: Map<string, FilterReader>, links: string): void {
  const anyLabel: FilterReader = (value) => {
    const labels = readUuidList(value);
    return labels && hasAnyLabel(links, labels);
  };
  readers.set('labels__id', anyLabel);
  readers.set('campaign_labels__id__in', anyLabel);
  readers.set('labels__id__neq', (value) => {
    const condition = anyLabel(value);
    return condition && negated(condition);
  });
}

function oneOfReader(column: string): FilterReader {
  return (value) => {
    const values = readList(value);
    return values && oneOf(column, values);
  };
}

function noneOfReader(column: string): FilterReader {
  return (value) => {
    const values = readList(value);
    return values && noneOf(column, values);
  };
}
