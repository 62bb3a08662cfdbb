import { COPY_NULL } from 'altiplano';
import { DAY, instantText, type SampleTable } from 'altiplano/sample';
import { CALL_COLUMNS } from './calls.ts';
import { CUSTOMER_COLUMNS } from './customers.ts';
import { ANCHOR, DISTRIBUTIONS, type DistributionName, MANY_LABELS, type Shape } from './distributions.ts';
import { identifiers } from './identifier.ts';

export const ADVERSARIAL_SEED = 0x5eed;

const NAMES = Object.keys(DISTRIBUTIONS) as DistributionName[];
const ids = {
  workspace: identifiers(ADVERSARIAL_SEED, 'workspace'),
  employee: identifiers(ADVERSARIAL_SEED, 'employee'),
  user: identifiers(ADVERSARIAL_SEED, 'user'),
  label: identifiers(ADVERSARIAL_SEED, 'label'),
  campaign: identifiers(ADVERSARIAL_SEED, 'campaign'),
  customer: identifiers(ADVERSARIAL_SEED, 'customer'),
  enrolment: identifiers(ADVERSARIAL_SEED, 'enrolment'),
  call: identifiers(ADVERSARIAL_SEED, 'call'),
};

/** The fixtures' tables, parents before children. */
export function adversarialTables(customers: number): SampleTable[] {
  const created = instantText(ANCHOR - 500 * DAY);
  return [
    table('workspace', ['id', 'name', 'created_at'], () =>
      perWorkspace((index, name) => [ids.workspace(index), name, created]),
    ),
    table('employee', ['id', 'workspace_id', 'name', 'email'], () =>
      perWorkspace((index, name) => [
        ids.employee(index),
        ids.workspace(index),
        'Eve',
        `eve.${name}@adversarial.example`,
      ]),
    ),
    table('label', ['id', 'workspace_id', 'name'], labelRows),
    table('call_campaign', ['id', 'workspace_id', 'name', 'status', 'created_at'], () =>
      perWorkspace((index) => [ids.campaign(index), ids.workspace(index), 'Campaign', 'active', created]),
    ),
    table('app_user', ['id', 'email', 'name', 'role', 'employee_id'], userRows),
    table('app_user_workspaces', ['user_id', 'workspace_id'], function* () {
      yield* perWorkspace((index) => [ids.user(2 * index), ids.workspace(index)]);
      yield* perWorkspace((index) => [ids.user(2 * index + 1), ids.workspace(index)]);
    }),
    table('customer', CUSTOMER_COLUMNS, () => perCustomer(customers, customerRows)),
    table('customer_campaign_labels', ['workspace_id', 'customer_id', 'label_id'], () =>
      perCustomer(customers, linkRows),
    ),
    table('call_campaign_customer', ['id', 'workspace_id', 'campaign_id', 'customer_id', 'status', 'created_at'], () =>
      perCustomer(customers, enrolmentRows),
    ),
    table('call', CALL_COLUMNS, () => perCustomer(customers, callRows)),
  ];
}

function table(name: string, columns: readonly string[], rows: () => Iterable<string>): SampleTable {
  return { table: name, columns, total: 0, rows };
}

function* perWorkspace(row: (index: number, name: DistributionName) => readonly string[]): Generator<string> {
  for (const [index, name] of NAMES.entries()) yield row(index, name).join('\t');
}

interface Place {
  readonly workspace: number;
  readonly name: DistributionName;
  readonly index: number;
  /** Among the customers of all the workspaces. */
  readonly customer: number;
}

function* perCustomer(
  customers: number,
  rows: (place: Place, shape: Shape) => Iterable<readonly string[]>,
): Generator<string> {
  for (const [workspace, name] of NAMES.entries()) {
    for (let index = 0; index < customers; index++) {
      const place = { workspace, name, index, customer: workspace * customers + index };
      for (const row of rows(place, DISTRIBUTIONS[name](index, customers))) yield row.join('\t');
    }
  }
}

function* labelRows(): Generator<string> {
  for (const [index, name] of NAMES.entries()) {
    const labels = name === 'labels' ? MANY_LABELS : 2;
    for (let label = 0; label < labels; label++) {
      const title = ['rare', 'common'][label] ?? `label ${label}`;
      yield [ids.label(index * 4096 + label), ids.workspace(index), title].join('\t');
    }
  }
}

function* userRows(): Generator<string> {
  yield* perWorkspace((index, name) => [
    ids.user(2 * index),
    `admin.${name}@adversarial.example`,
    'Admin',
    'admin',
    COPY_NULL,
  ]);
  yield* perWorkspace((index, name) => [
    ids.user(2 * index + 1),
    `eve.${name}@adversarial.example`,
    'Eve',
    'employee',
    ids.employee(index),
  ]);
}

function* customerRows({ workspace, customer }: Place, shape: Shape): Generator<readonly string[]> {
  const created = instantText(shape.created);
  yield [
    ids.customer(customer),
    ids.workspace(workspace),
    shape.name,
    shape.email ?? COPY_NULL,
    shape.phone,
    shape.carrier ?? COPY_NULL,
    shape.status ?? COPY_NULL,
    shape.quality ?? COPY_NULL,
    shape.callStatus ?? COPY_NULL,
    String(shape.duration),
    String(shape.isTest),
    String(shape.checked),
    shape.attributes,
    String(shape.deleted),
    shape.deleted ? instantText(ANCHOR) : COPY_NULL,
    shape.hasEmployee ? ids.employee(workspace) : COPY_NULL,
    created,
    created,
  ];
}

function* linkRows({ workspace, customer }: Place, shape: Shape): Generator<readonly string[]> {
  for (const label of shape.labels) {
    yield [ids.workspace(workspace), ids.customer(customer), ids.label(workspace * 4096 + label)];
  }
}

/** Every eighth customer is enrolled twice at the same instant. */
function* enrolmentRows({ workspace, customer, index }: Place, shape: Shape): Generator<readonly string[]> {
  if (index % 8 !== 0) return;
  for (const [turn, status] of ['completed', 'pending'].entries()) {
    yield [
      ids.enrolment(2 * customer + turn),
      ids.workspace(workspace),
      ids.campaign(workspace),
      ids.customer(customer),
      status,
      instantText(shape.created),
    ];
  }
}

/** Every fourth customer has two calls at the same instant. */
function* callRows({ workspace, name, customer, index }: Place, shape: Shape): Generator<readonly string[]> {
  if (index % 4 !== 0) return;
  const created = instantText(shape.created + DAY);
  for (let turn = 0; turn < 2; turn++) {
    const enrolment = index % 8 === 0 && name !== 'nulls' ? ids.enrolment(2 * customer + turn) : COPY_NULL;
    const nullable =
      name === 'nulls' ? [COPY_NULL, COPY_NULL, COPY_NULL] : ['https://recordings.example/1.ogg', 'Hello.', '0.5'];
    const rate = name === 'nulls' ? COPY_NULL : '0.1250';
    const type = enrolment === COPY_NULL ? 'direct' : 'campaign';
    yield [
      ids.call(2 * customer + turn),
      ids.workspace(workspace),
      ids.customer(customer),
      enrolment,
      'outbound',
      'completed',
      '61.5',
      '62',
      ...nullable,
      type,
      rate,
      'false',
      created,
    ];
  }
}
