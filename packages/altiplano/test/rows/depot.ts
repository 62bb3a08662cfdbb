import { app } from '../../src/resource/app.ts';
import { tables } from '../../src/resource/declare.ts';
import { CHIEF, DEPOT } from './depot-sql.ts';

interface DepotTables {
  firm: { id: string; name: string };
  person: { id: string; firm_id: string; name: string; role: string };
  job: { id: string; firm_id: string; title: string; status: string; created_at: Date };
  ticket: {
    id: string;
    firm_id: string;
    job_id: string;
    owner_id: string | null;
    title: string;
    notes: string;
    status: string;
    priority: string;
    privacy: string;
    due_date: string | null;
    created_at: Date;
  };
  guide: { id: string; firm_id: string; name: string };
  visit: {
    id: string;
    firm_id: string;
    ticket_id: string;
    guide_id: string | null;
    made_on: string;
    minutes: string;
  };
  visit_guide: { firm_id: string; visit_id: string; guide_id: string };
}

const { resource, column, columns, one, names, filters, members, children } = tables<DepotTables>();
const by = { job: filters('job'), ticket: filters('ticket'), visit: filters('visit') };
const tickets = children('ticket', 'job_id', { rollup: 'job_ticket_rollup' });
const visitsOf = children('visit', 'ticket_id');

export const jobs = resource('job', {
  name: 'jobs',
  path: '/jobs/',
  tenant: 'firm_id',
  order: ['-created_at', '-id'],
  fields: {
    ...columns('job', 'id', 'title', 'status', 'created_at'),
    firm: one('firm', 'firm_id', ['id', 'name']),
    open: tickets.count({ where: { status: ['todo', 'in_progress'] } }),
    done: tickets.count({ where: { status: 'done' } }),
  },
  detail: { tickets: tickets.count() },
  filters: { ...by.job.values('status') },
  bitmaps: 'job_bitmap',
  writes: {
    actions: ['create', 'change', 'delete'],
    bulk: 10,
    members: { title: members.required(), status: members.optional({ otherwise: 'open' }) },
  },
});

const ticketScopes = {
  chief: 'all',
  worker: {
    any: [
      { column: 'owner_id', attribute: 'id' },
      { column: 'privacy', values: ['team', 'aggregate'] },
    ],
  },
} as const;

/** What is done may be taken up again. */
export const TICKET_STATES = {
  starts: ['todo', 'in_progress'],
  moves: { todo: ['in_progress', 'dropped'], in_progress: ['todo', 'done'], done: ['in_progress'] },
};

export const ticketList = resource('ticket', {
  name: 'tickets',
  path: '/tickets/',
  tenant: 'firm_id',
  order: ['-created_at', '-id'],
  orders: {
    due_date: { column: 'due_date', type: 'date', nullable: true },
    // What is low is not among them: it comes last.
    priority: { column: 'priority', ranks: ['urgent', 'high', 'normal'] },
  },
  scopes: ticketScopes,
  fields: {
    ...columns('ticket', 'id', 'job_id', 'title', 'status', 'priority', 'privacy', 'due_date', 'created_at'),
    owner: one('person', 'owner_id', ['id', 'name']),
    latest: visitsOf.list(
      ['-made_on', '-id'],
      { ...columns('visit', 'id'), day: column('visit', 'made_on'), guide: one('guide', 'guide_id', ['name']) },
      2,
    ),
  },
  detail: columns('ticket', 'notes'),
  filters: {
    ...by.ticket.values('status'),
    ...by.ticket.values('priority', ['neq']),
    ...by.ticket.exact('job_id', 'uuid'),
    ...by.ticket.values('owner_id', ['neq'], { type: 'uuid', nulls: true }),
    ...by.ticket.range('due_date', 'date', ['gte', 'lt', 'neq']),
    ...by.ticket.exact('due_date', 'date'),
    ...by.ticket.search(['title']),
  },
  bitmaps: 'ticket_bitmap',
  writes: {
    actions: ['create', 'change', 'delete'],
    bulk: 10,
    members: {
      job_id: members.reference('job', { required: true }),
      title: members.required(),
      due_date: members.optional(),
      owner_id: members.optional(),
      privacy: members.optional({ otherwise: 'private' }),
      status: members.optional({ otherwise: 'todo' }),
    },
    states: { status: TICKET_STATES },
  },
});

export const visits = resource('visit', {
  name: 'visits',
  path: '/visits/',
  tenant: 'firm_id',
  keyType: 'bigint',
  order: ['-made_on', '-id'],
  orderTypes: ['date', 'bigint'],
  orders: { minutes: { column: 'minutes', type: 'bigint' } },
  fields: {
    ...columns('visit', 'id', 'ticket_id', 'made_on', 'minutes'),
    guide: one('guide', 'guide_id', ['id', 'name']),
    guides: names('guide', 'name', 'visit_guide'),
  },
  filters: {
    ...by.visit.exact('guide_id', 'bigint', { nulls: true }),
    ...by.visit.range('made_on', 'date', ['gte', 'lt']),
  },
  writes: {
    actions: ['create', 'change', 'delete'],
    bulk: 10,
    members: {
      ticket_id: members.reference('ticket', { required: true, scopes: ticketScopes }),
      guide_id: members.reference('guide'),
      made_on: members.required(),
      minutes: members.optional({ otherwise: 0, range: [0, 9_007_199_254_740_991] }),
    },
    links: { guide_ids: { link: 'visit_guide', target: 'guide', path: 'guides' } },
  },
});

export const depot = app({
  name: 'depot',
  schema: DEPOT,
  migrations: new URL('./none/', import.meta.url),
  identity: {
    table: 'person',
    role: 'role',
    attributes: [],
    membership: { table: 'person_firm', user: 'person_id', tenant: 'firm_id' },
  },
  resources: [jobs, ticketList, visits],
  sample: {
    volume: {},
    run: async () => ({ rows: {}, demo: { user: CHIEF, path: '/jobs/' } }),
    find: async () => null,
  },
});
