import { type Condition, compared, jsonObject, jsonOf, jsonTimeOf, timeOf } from 'altiplano/twin';
import type { Caller } from './admission.ts';
import type { Listing, Row } from './listing.ts';
import { writePerson } from './person.ts';
import { keyFilter, listFilter, textFilter, timeFilters } from './values.ts';

const written = ['id', 'entry_type', 'privacy_scope', 'title', 'mood_rating', 'stress_level'];

export const journal: Listing = {
  table: 'journal_entry',
  order: 'timestamp',
  columns: [
    'id::text AS key',
    'user_id::text AS person',
    `${timeOf('timestamp')} AS time`,
    ...written.map((column) => `${jsonOf(column)} AS ${column}`),
    `${jsonTimeOf('timestamp')} AS written_at`,
    'content::text AS content',
  ],
  filters: {
    entry_type: listFilter('entry_type'),
    privacy_scope: textFilter('privacy_scope'),
    user_id: keyFilter('user_id'),
    ...timeFilters('timestamp'),
  },
  searched: 'title',
  visible: (caller) => [compared('tenant_id', '=', caller.tenant, 'uuid'), () => 'NOT is_deleted', visibleTo(caller)],
  item: async (database, row, { tenant }) =>
    jsonObject(members(row, await writePerson(database, tenant, row.person ?? ''))),
  detail: async (database, row, { tenant }, { open = (stored) => stored }) =>
    jsonObject([
      ...members(row, await writePerson(database, tenant, row.person ?? '')),
      ['content', row.content === null ? 'null' : JSON.stringify(open(row.content ?? '', { id: row.key, tenant }))],
    ]),
};

/** One's own; the team's; the managers' too for who is one. What is private or only counted is nobody else's. */
function visibleTo({ id, role }: Caller): Condition {
  const scopes = role === 'supervisor' || role === 'counsellor' ? ['team', 'manager'] : ['team'];
  return (bind) => `(user_id = ${bind(id)}::bigint OR privacy_scope = ANY(${bind(scopes)}::text[]))`;
}

function members(row: Row, person: string): [string, string][] {
  const of = (column: string): [string, string] => [column, row[column] ?? 'null'];
  return [
    of('id'),
    ['user', person],
    of('entry_type'),
    of('privacy_scope'),
    ['timestamp', row.written_at ?? 'null'],
    of('title'),
    of('mood_rating'),
    of('stress_level'),
  ];
}
