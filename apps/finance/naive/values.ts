import { type Condition, compared, MalformedValue, oneOf, readInstant, readList, readUuid } from 'altiplano/twin';

type Read = (value: string) => Condition | undefined;

export const listFilter =
  (column: string): Read =>
  (value) => {
    const values = readList(value);
    return values && oneOf(column, values);
  };

export const uuidFilter =
  (column: string): Read =>
  (value) =>
    compared(column, '=', readUuid(value), 'uuid');

export const timeFilter =
  (column: string, operator: string): Read =>
  (value) =>
    compared(column, operator, readInstant(value), 'timestamptz');

/** Money as `numeric(18,2)` holds it: sixteen digits before the point, two behind. */
export const moneyFilter =
  (column: string, operator: string): Read =>
  (value) => {
    const [, whole = '', fraction = ''] = /^[+-]?(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
    if (whole === '' || whole.replace(/^0+/, '').length > 16) throw new MalformedValue('no such money');
    if (fraction.length > 2) throw new MalformedValue('more than two digits behind the point');
    return compared(column, operator, value, 'numeric');
  };
