import { CUSTOMERS, EMPLOYEES, ENROLMENTS, LABELS, MADE_UP, OURS } from './fixture.ts';

/** Member → values that are refused whatever else the body says. */
export type Refused = Readonly<Record<string, readonly unknown[]>>;

const NO_UUIDS: readonly unknown[] = ['', 'abc', 1, true, {}, [], `${MADE_UP}0`, MADE_UP.replaceAll('-', '')];
const NO_TEXTS: readonly unknown[] = [1, true, [], {}, 'a\0b', 'a\ud800'];

/** For POST and PATCH of a customer. */
export const REFUSED_CUSTOMER: Refused = {
  name: [null, ...NO_TEXTS, 'x'.repeat(256), '😀'.repeat(256)],
  phone: [null, ...NO_TEXTS, '1'.repeat(21)],
  email: [...NO_TEXTS, 'x'.repeat(255)],
  carrier: [...NO_TEXTS, 'x'.repeat(51)],
  status: ['nonsense', 'ACTIVE', ' active', '', 1, true, [], {}],
  quality: ['lukewarm', 'Hot', '', 0, []],
  call_status: ['active', 'PENDING', '', []],
  is_test: [null, 'true', 1, 0, [], {}],
  checked: [null, 'false', 1, {}],
  other_attributes: [null, 'text', 1, true, [], { a: '\0' }, { 'a\0': 1 }, { a: [{ b: '\udc00' }] }],
  employee_id: [...NO_UUIDS, MADE_UP, EMPLOYEES.foreign],
  label_ids: [
    ...[null, 'abc', 1, {}, LABELS.vip, ['abc'], [1], [null]],
    ...[[LABELS.foreign], [MADE_UP], [LABELS.vip, LABELS.foreign], Array.from({ length: 101 }, () => LABELS.vip)],
  ],
  // Columns that are not for a client to set, and members that are none.
  id: [MADE_UP],
  created_at: ['2026-01-01'],
  updated_at: ['2026-01-01'],
  is_deleted: [true],
  deleted_at: [null],
  duration: [1],
  tags: [[]],
  nmae: ['x'],
  Name: ['x'],
  constructor: [1],
  '': ['x'],
};

export const REFUSED_CALL: Refused = {
  customer_id: [null, ...NO_UUIDS, MADE_UP, CUSTOMERS.foreign, CUSTOMERS.deleted],
  direction: [null, 'sideways', 'INBOUND', '', 1],
  status: [null, 'active', '', 1],
  call_type: [null, 'cold', '', 1],
  duration: [null, '60', '', true, [], -1, -0.6, 1e300, 2_147_483_648],
  campaign_customer_id: [...NO_UUIDS, MADE_UP, ENROLMENTS.foreign, ENROLMENTS.others],
  recording_url: NO_TEXTS,
  transcript: NO_TEXTS,
  sentiment_score: ['0', true, [], 1.0001, -2, 1e300],
  billing_rate: ['0.1', true, [], 1_000_000, 1e300, 0.00001, -1_000_000],
  created_at: [null, '', 'yesterday', 1_700_000_000, '2026-02-30', '2026-13-01T00:00:00Z', '10000-01-01', 'infinity'],
  duration_seconds: [1],
  workspace: [OURS],
};

export const NEW_CUSTOMER = { workspace_id: OURS, name: 'New', phone: '+84 5' } as const;
export const NEW_CALL = {
  workspace_id: OURS,
  customer_id: CUSTOMERS.own,
  direction: 'inbound',
  status: 'completed',
  duration: 61.5,
  call_type: 'direct',
} as const;
