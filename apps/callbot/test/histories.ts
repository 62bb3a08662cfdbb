import fc from 'fast-check';

/** One statement of a history, with its values; `copy` takes the way of COPY instead. */
export interface Step {
  readonly text: string;
  readonly values: readonly unknown[];
}

const id = (kind: string, number: number) => `00000000-0000-4000-8000-${kind}${String(number).padStart(8, '0')}`;
export const WORKSPACES = [id('aaaa', 1), id('aaaa', 2)] as const;
/** Three labels in the first workspace, one in the second. */
export const LABELS = [1, 2, 3, 4].map((number) => id('bbbb', number));
const CUSTOMERS = [1, 2, 3, 4, 5].map((number) => id('cccc', number));
const INSTANTS = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000001Z', '2025-06-01T12:00:00Z', 'infinity'];

/** Equal as numbers and not as texts, nested, null, duplicated under two keys, no object at all. */
const ATTRIBUTES = [
  '{}',
  '{"a": 1}',
  '{"a": 1.0}',
  '{"a": "1", "b": 1}',
  '{"a": null, "b": {"c": [1, 2]}}',
  '{"a=b": "c", "a": "b=c"}',
  '{"": "", "é": "É"}',
  '[1, 2]',
  '"a"',
  'null',
];

const workspace = fc.constantFrom(...WORKSPACES);
const customer = fc.constantFrom(...CUSTOMERS);
const several = fc.uniqueArray(customer, { minLength: 1, maxLength: 4 });
const labels = fc.uniqueArray(fc.constantFrom(...LABELS), { minLength: 1, maxLength: 3 });
const label = fc.constantFrom(...LABELS);
const attributes = fc.constantFrom(...ATTRIBUTES);
const instant = fc.constantFrom(...INSTANTS);

function step(text: string, ...values: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<Step> {
  return fc.tuple(...values).map((bound) => ({ text, values: bound }));
}

const insertCustomers = step(
  `insert into callbot.customer (id, workspace_id, name, phone, other_attributes, created_at, is_deleted)
   select i, $2, 'N', '1', $3::jsonb, $4, $5 from unnest($1::uuid[]) i on conflict do nothing`,
  several,
  workspace,
  attributes,
  instant,
  fc.boolean(),
);

const changeCustomers: readonly fc.Arbitrary<Step>[] = [
  step(
    `insert into callbot.customer (id, workspace_id, name, phone, other_attributes)
     values ($1, $2, 'N', '1', $3::jsonb) on conflict (id) do update set other_attributes = excluded.other_attributes`,
    customer,
    workspace,
    attributes,
  ),
  step('update callbot.customer set other_attributes = $2::jsonb where id = any($1)', several, attributes),
  step('update callbot.customer set created_at = $2 where id = any($1)', several, instant),
  step('update callbot.customer set is_deleted = $2 where id = any($1)', several, fc.boolean()),
  step('update callbot.customer set name = name || $2, is_deleted = not is_deleted where id = any($1)', several, label),
  step('update callbot.customer set name = $2 where id = any($1)', several, label),
  step('update callbot.customer set workspace_id = $2 where id = any($1)', several, workspace),
  step('update callbot.customer set id = $2 where id = $1', customer, customer),
  step(
    `update callbot.customer c set other_attributes = o.other_attributes, created_at = o.created_at
     from callbot.customer o where c.id = any($1) and o.id = $2`,
    several,
    customer,
  ),
  step('delete from callbot.customer where id = any($1)', several),
  step(
    `merge into callbot.customer c using unnest($1::uuid[]) i on c.id = i
     when matched and c.is_deleted then delete
     when matched then update set created_at = $2
     when not matched then insert (id, workspace_id, name, phone, other_attributes) values (i, $3, 'M', '1', '{"m": 1}')`,
    several,
    instant,
    workspace,
  ),
];

const changeLinks: readonly fc.Arbitrary<Step>[] = [
  step(
    `insert into callbot.customer_campaign_labels (customer_id, label_id)
     select c, l from unnest($1::uuid[]) c, unnest($2::uuid[]) l
     where exists (select from callbot.customer f join callbot.label g using (workspace_id) where f.id = c and g.id = l)
     on conflict do nothing`,
    several,
    labels,
  ),
  step('insert into callbot.customer_campaign_labels (customer_id, label_id) values ($1, $2)', customer, label),
  step('delete from callbot.customer_campaign_labels where customer_id = any($1)', several),
  step('delete from callbot.customer_campaign_labels where label_id = any($1)', labels),
  step('update callbot.customer_campaign_labels set customer_id = $2 where customer_id = $1', customer, customer),
  step('update callbot.customer_campaign_labels set label_id = $2 where label_id = $1', label, label),
  step('delete from callbot.label where id = $1', label),
];

/** What another program may send: mostly good, now and then against a constraint, which it has to survive. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: insertCustomers, weight: 3 },
  { arbitrary: fc.oneof(...changeCustomers), weight: 5 },
  { arbitrary: fc.oneof(...changeLinks), weight: 5 },
);

/** Steps of two connections in the order in which they are sent. */
export const interleaving: fc.Arbitrary<readonly { readonly by: 0 | 1; readonly step: Step }[]> = fc.array(
  fc.record({ by: fc.constantFrom(0 as const, 1 as const), step: anyStep }),
  { minLength: 2, maxLength: 8 },
);
