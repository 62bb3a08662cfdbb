import { compared, jsonObject, jsonOf, jsonTimeOf, timeOf } from 'altiplano/twin';
import type { Listing, Row } from './listing.ts';
import { writePerson } from './person.ts';
import { keyFilter, listFilter, textFilter, timeFilters } from './values.ts';

const written = ['id', 'identifier', 'deviceid', 'latitude', 'longitude', 'accuracy'];

export const tracking: Listing = {
  table: 'tracking',
  order: 'receiveddate',
  columns: [
    'id::text AS key',
    'people_id::text AS person',
    `${timeOf('receiveddate')} AS time`,
    ...written.map((column) => `${jsonOf(column)} AS ${column}`),
    `${jsonTimeOf('receiveddate')} AS receiveddate`,
    'payload::text AS payload',
  ],
  filters: {
    people_id: keyFilter('people_id'),
    identifier: listFilter('identifier'),
    deviceid: textFilter('deviceid'),
    ...timeFilters('receiveddate'),
  },
  searched: null,
  visible: ({ tenant }) => [compared('tenant_id', '=', tenant, 'uuid')],
  item: async (database, row, { tenant }) =>
    jsonObject(members(row, await writePerson(database, tenant, row.person ?? ''))),
  detail: async (database, row, { tenant }) =>
    jsonObject([
      ...members(row, await writePerson(database, tenant, row.person ?? '')),
      ['payload', row.payload ?? 'null'],
    ]),
};

function members(row: Row, person: string): [string, string][] {
  const of = (column: string): [string, string] => [column, row[column] ?? 'null'];
  return [
    of('id'),
    ['people', person],
    ...['identifier', 'deviceid', 'receiveddate', 'latitude', 'longitude', 'accuracy'].map(of),
  ];
}
