import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { call, campaign, customer, employee, enrolment, label, link, membership } from './schema.mjs';

/** Everything a page takes, prepared once: the page by keyset, then one query a relation for all of its customers. */
export function prepareQueries(db) {
  const given = sql.placeholder;
  const own = (column) => sql`${column} = any(${given('ids')}::uuid[])`;
  const pageOf = (keyset) =>
    db
      .select({ customer, employee: { id: employee.id, name: employee.name, email: employee.email } })
      .from(customer)
      .leftJoin(employee, eq(employee.id, customer.employee))
      .where(and(eq(customer.workspace, given('workspace')), eq(customer.deleted, sql`false`), keyset))
      .orderBy(desc(customer.created), desc(customer.id))
      .limit(26);
  const behind = sql`(${customer.created}, ${customer.id}) < (${given('created')}::timestamptz, ${given('id')}::uuid)`;
  const one = sql`unnest(${given('ids')}::uuid[]) as wanted (id)`;
  const latest = db
    .select()
    .from(call)
    .where(and(sql`${call.customer} = wanted.id`, eq(call.deleted, sql`false`)))
    .orderBy(desc(call.created), desc(call.id))
    .limit(1)
    .as('latest');
  const active = db
    .select({ id: campaign.id, name: campaign.name })
    .from(enrolment)
    .innerJoin(campaign, eq(campaign.id, enrolment.campaign))
    .where(and(sql`${enrolment.customer} = wanted.id`, eq(campaign.status, sql`'active'`)))
    .orderBy(desc(enrolment.created), desc(enrolment.id))
    .limit(1)
    .as('active');
  return {
    member: db
      .select()
      .from(membership)
      .where(and(eq(membership.user, given('user')), eq(membership.workspace, given('workspace'))))
      .prepare('member'),
    first: pageOf(undefined).prepare('first'),
    after: pageOf(behind).prepare('after'),
    labels: db
      .select({ customer: link.customer, name: label.name })
      .from(link)
      .innerJoin(label, eq(label.id, link.label))
      .where(own(link.customer))
      .orderBy(asc(sql`${label.name} collate "C"`))
      .prepare('labels'),
    latest: db
      .select({ of: sql`wanted.id`.mapWith(String), ...columnsOf(latest, LATEST) })
      .from(one)
      .innerJoinLateral(latest, sql`true`)
      .prepare('latest'),
    active: db
      .select({ of: sql`wanted.id`.mapWith(String), ...columnsOf(active, ['id', 'name']) })
      .from(one)
      .innerJoinLateral(active, sql`true`)
      .prepare('active'),
    completed: db
      .select({ of: enrolment.customer, completed: sql`count(*)`.mapWith(Number) })
      .from(enrolment)
      .where(and(own(enrolment.customer), eq(enrolment.status, sql`'completed'`)))
      .groupBy(enrolment.customer)
      .prepare('completed'),
    figures: db
      .select({ of: call.customer, ...FIGURES })
      .from(call)
      .where(and(own(call.customer), eq(call.deleted, sql`false`)))
      .groupBy(call.customer)
      .prepare('figures'),
  };
}

const LATEST = ['id', 'direction', 'status', 'duration', 'type', 'sentiment', 'created'];

const columnsOf = (subquery, names) => Object.fromEntries(names.map((name) => [name, subquery[name]]));

const count = (condition) => sql`count(*) filter (where ${condition})`.mapWith(Number);
const month = (time) => sql`date_trunc('month', ${time} at time zone 'UTC')`;
const cost = (condition) =>
  sql`round(coalesce(sum(coalesce(${call.rate}, 0) * ${call.seconds}) filter (where ${condition}), 0) / 60, 2)`.mapWith(
    Number,
  );

export const FIGURES = {
  total: sql`count(*)`.mapWith(Number),
  seconds: sql`coalesce(sum(${call.seconds}), 0)`.mapWith(Number),
  recent: count(sql`${call.created} > now() - interval '30 days'`),
  successful: count(sql`${call.status} = 'completed'`),
  missed: count(sql`${call.status} = 'missed'`),
  linked: count(sql`${call.enrolment} is not null`),
  cost: cost(sql`true`),
  thisMonth: cost(sql`${month(call.created)} = ${month(sql`now()`)}`),
  campaign: cost(sql`${call.type} = 'campaign'`),
  direct: cost(sql`${call.type} = 'direct'`),
  callback: cost(sql`${call.type} = 'callback'`),
};
