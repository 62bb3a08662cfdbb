import { compared, isNull, MalformedValue, oneOf, readInstant, readList, readUuid, refuseNul } from 'altiplano/twin';
import type { FilterReader } from './listed.ts';

/** `column=a,b`. */
export const values =
  (column: string): FilterReader =>
  (value) => {
    const items = readList(value);
    return items && oneOf(column, items);
  };

export const uuid =
  (column: string): FilterReader =>
  (value) =>
    compared(column, '=', readUuid(value), 'uuid');

/** A uuid, or the word null. */
export const uuidOrNull =
  (column: string): FilterReader =>
  (value) =>
    value === 'null' ? isNull(column, true) : compared(column, '=', readUuid(value), 'uuid');

export const text =
  (column: string): FilterReader =>
  (value) => {
    if (value === '') throw new MalformedValue('no text');
    return compared(column, '=', refuseNul(value), 'text');
  };

export const instant =
  (column: string, operator: string): FilterReader =>
  (value) =>
    compared(column, operator, readInstant(value), 'timestamptz');

export const date =
  (column: string, operator: string): FilterReader =>
  (value) => {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) throw new MalformedValue('not a date');
    readInstant(value); // a day of the calendar
    return compared(column, operator, value, 'date');
  };
