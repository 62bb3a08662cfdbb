import { app } from '../../src/resource/app.ts';
import { tables } from '../../src/resource/declare.ts';
import { numbered } from '../../src/resource/envelope.ts';

interface DirectoryTables {
  person: { id: string; firm_id: string; name: string; email: string; department: string | null; is_active: boolean };
  office: { id: string; firm_id: string; name: string; floor: number | null; gone: boolean; opened_at: Date };
}

const { resource, columns, filters } = tables<DirectoryTables>();
const by = { person: filters('person'), office: filters('office') };

export const HELPDESK = '/helpdesk/';

/** As Django's paginator has it. */
export const people = resource('person', {
  name: 'people',
  path: HELPDESK,
  chosenBy: { parameter: 'action', value: 'loadPeoples' },
  tenant: 'firm_id',
  keyType: 'bigint',
  order: ['name', 'id'],
  orderTypes: ['text', 'bigint'],
  envelope: numbered(
    {
      items: 'items',
      total: 'total_count',
      size: 'page_size',
      page: 'current_page',
      pages: 'total_pages',
      next: 'has_next',
      previous: 'has_previous',
    },
    { parameters: { page: 'page', size: 'page_size' }, lenient: true },
  ),
  fields: columns('person', 'id', 'name', 'department'),
  filters: {
    ...by.person.values('department'),
    ...by.person.exact('is_active', 'boolean'),
    ...by.person.search(['name', 'email']),
  },
  bitmaps: 'person_bitmap',
});

const STRICT = numbered({ items: 'items', total: 'total', page: 'page', size: 'size', next: 'has_next' });

const office = {
  tenant: 'firm_id',
  deleted: 'gone',
  page: { size: 20, most: 100 },
  envelope: STRICT,
  fields: columns('office', 'id', 'name'),
  filters: { ...by.office.range('floor', 'float8', ['gte', 'lt']), ...by.office.search(['name']) },
} as const;

const offices = resource('office', {
  ...office,
  name: 'offices',
  path: HELPDESK,
  chosenBy: { parameter: 'action', value: 'listOffices' },
  order: ['-opened_at', '-id'],
  bitmaps: 'office_bitmap',
});

const places = resource('office', {
  ...office,
  name: 'places',
  path: '/places/',
  order: ['name', 'id'],
  orderTypes: ['text', 'uuid'],
  bitmaps: 'place_bitmap',
});

export const directory = app({
  name: 'directory',
  schema: 'directory',
  migrations: new URL('./none/', import.meta.url),
  identity: { table: 'person', id: 'bigint', role: 'role', attributes: [], tenant: 'firm_id' },
  resources: [people, offices, places],
  sample: {
    volume: {},
    run: async () => ({ rows: {}, demo: { user: '', path: '' } }),
    find: async () => null,
  },
});
