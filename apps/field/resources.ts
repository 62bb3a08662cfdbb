import { cursors, numbered, tables } from 'altiplano';
import type { FieldTables } from './database.ts';

const { resource, columns, encrypted, members, one, filters } = tables<FieldTables>();
const by = { tracking: filters('tracking'), journal: filters('journal_entry'), people: filters('people') };

const uncounted = cursors({ counted: false });

/** Where devices were, newest first. */
export const tracking = resource('tracking', {
  name: 'tracking',
  path: '/api/tracking/',
  tenant: 'tenant_id',
  keyType: 'bigint',
  order: ['-receiveddate', '-id'],
  envelope: uncounted,
  fields: {
    ...columns('tracking', 'id'),
    people: one('people', 'people_id', ['id', 'name']),
    ...columns('tracking', 'identifier', 'deviceid', 'receiveddate', 'latitude', 'longitude', 'accuracy'),
  },
  detail: columns('tracking', 'payload'),
  filters: {
    ...by.tracking.exact('people_id', 'bigint'),
    ...by.tracking.values('identifier'),
    ...by.tracking.exact('deviceid', 'text'),
    ...by.tracking.range('receiveddate', 'timestamptz', ['gte', 'lt']),
  },
  domains: {
    identifier: {
      type: 'text',
      values: ['conveyance', 'external', 'internal', 'site', 'trip'],
      nullable: false,
    },
  },
  bitmaps: 'tracking_bitmap',
});

const own = { column: 'user_id', attribute: 'id' } as const;
const managers = { any: [own, { column: 'privacy_scope', values: ['team', 'manager'] }] } as const;

/** What people wrote about their days: their own, the team's, and for who manages the managers' too. */
export const journal = resource('journal_entry', {
  name: 'journal',
  path: '/api/journal/',
  tenant: 'tenant_id',
  keyType: 'bigint',
  deleted: 'is_deleted',
  order: ['-timestamp', '-id'],
  envelope: uncounted,
  scopes: {
    worker: { any: [own, { column: 'privacy_scope', values: ['team'] }] },
    supervisor: managers,
    counsellor: managers,
  },
  fields: {
    ...columns('journal_entry', 'id'),
    user: one('people', 'user_id', ['id', 'name']),
    ...columns('journal_entry', 'entry_type', 'privacy_scope', 'timestamp', 'title', 'mood_rating', 'stress_level'),
  },
  detail: { content: encrypted('journal_entry', 'content') },
  filters: {
    ...by.journal.values('entry_type'),
    ...by.journal.exact('privacy_scope', 'text'),
    ...by.journal.exact('user_id', 'bigint'),
    ...by.journal.range('timestamp', 'timestamptz', ['gte', 'lt']),
    ...by.journal.search(['title']),
  },
  domains: {
    entry_type: { type: 'text', values: ['mood', 'gratitude', 'stress', 'incident', 'note'], nullable: false },
    privacy_scope: { type: 'text', values: ['private', 'manager', 'team', 'aggregate'], nullable: false },
  },
  bitmaps: 'journal_bitmap',
  writes: {
    actions: ['create', 'change', 'delete'],
    scopes: { worker: own, supervisor: own, counsellor: own },
    members: {
      user_id: members.caller(),
      entry_type: members.required(),
      privacy_scope: members.required(),
      timestamp: members.now(),
      title: members.required(),
      content: members.encrypted({ most: 20_000 }),
      mood_rating: members.optional({ range: [1, 10] }),
      stress_level: members.optional({ range: [1, 5] }),
    },
  },
});

/** People by page number, as the described screen asks for them. */
export const people = resource('people', {
  name: 'people',
  path: '/api/y_helpdesk/',
  chosenBy: { parameter: 'action', value: 'loadPeoples' },
  tenant: 'tenant_id',
  keyType: 'bigint',
  order: ['name', 'id'],
  orderTypes: ['text', 'bigint'],
  envelope: numbered(
    {
      ...{ items: 'items', total: 'total_count', size: 'page_size', page: 'current_page', pages: 'total_pages' },
      ...{ next: 'has_next', previous: 'has_previous' },
    },
    { parameters: { page: 'page', size: 'page_size' }, lenient: true },
  ),
  fields: columns('people', 'id', 'code', 'name', 'email', 'mobile', 'department', 'is_active'),
  filters: by.people.search(['name', 'code', 'email']),
  bitmaps: 'people_bitmap',
});

/** What the wellness job found, newest period first. */
export const reports = resource('wellness_report', {
  name: 'wellness_reports',
  path: '/api/wellness/reports/',
  tenant: 'tenant_id',
  keyType: 'bigint',
  order: ['-period_start', '-id'],
  orderTypes: ['date', 'bigint'],
  envelope: uncounted,
  fields: columns(
    'wellness_report',
    ...([
      'id',
      'period_start',
      'period_end',
      'people',
      'entries',
      'average_mood',
      'average_stress',
      'at_risk',
    ] as const),
    'created_at',
  ),
  filters: {},
});
