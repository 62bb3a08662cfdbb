import { expect } from 'vitest';
import { answerNaively } from '../../naive.ts';
import { type Answer, type Api, CUSTOMERS_PATH } from './api.ts';
import { CUSTOMERS, EMPLOYEES, LABELS, OURS, ROWS, USERS, type User } from './fixture.ts';

const idOf = (name: string) => CUSTOMERS.own.replace(/01$/, `${name.charCodeAt(0)}`);
const { vip, cold, vipToo } = LABELS;

/** As long as a carrier can be, in characters and in bytes. */
export const LONGEST = '😀'.repeat(50);

/** A (oldest) to G: name, status, quality, carrier, is_test, attributes, employee, labels. A null is a null. */
const SEVEN = [
  ['A', 'active', 'hot', 'Viettel', false, { city: 'Hue' }, EMPLOYEES.own, [vip]],
  ['B', 'active', null, 'Mobifone', false, { city: 'a|b' }, null, [vip, cold]],
  ['C', 'blocked', 'dead', null, false, {}, EMPLOYEES.other, [cold]],
  // By code point 😀 comes after ～, by UTF-16 before it.
  ['D', 'blocked', 'hot', LONGEST, false, { 'k:1': 'x:y' }, null, []],
  ['E', 'pending', null, '～', false, {}, null, []],
  ['F', null, 'cold', 'Viettel', true, { c: '\\' }, null, [vipToo]],
  ['G', null, null, null, true, {}, EMPLOYEES.own, []],
] as const;

const text = (value: unknown) => (value === null ? 'null' : `'${String(value)}'`);

/** The fixture with its customers deleted, and seven others in their place. */
export const SEVEN_ROWS = `${ROWS}
update callbot.customer set is_deleted = true, deleted_at = now() where workspace_id = '${OURS}';
insert into callbot.customer
  (id, workspace_id, name, phone, status, quality, carrier, is_test, other_attributes, employee_id, created_at)
values ${SEVEN.map(([name, status, quality, carrier, isTest, attributes, employee], index) => {
  const columns = [idOf(name), OURS, name, '1', status, quality, carrier, isTest, JSON.stringify(attributes), employee];
  return `(${[...columns, `2026-02-0${index + 1}`].map(text).join(', ')})`;
}).join(',\n')};
insert into callbot.customer_campaign_labels (customer_id, label_id)
values ${SEVEN.flatMap(([name, , , , , , , labels]) => labels.map((label) => `('${idOf(name)}', '${label}')`)).join(', ')};
`;

export interface Questions {
  /** A list; `query` is without the workspace. */
  ask(query: string, as?: User): Promise<Answer>;
  /** Names of a list's customers together, such as `GFE`, once the naive twin has given the same bytes. */
  names(query: string, as?: User): Promise<string>;
}

export function questionsOf(api: Api): Questions {
  const ask: Questions['ask'] = (query, as = 'admin') =>
    api.send({ as, method: 'GET', path: `${CUSTOMERS_PATH}?workspace_id=${OURS}&${query}` });
  return {
    ask,
    names: async (query, as = 'admin') => {
      const fast = await ask(query, as);
      expect(fast.status, fast.text).toBe(200);
      const asked = { user: { id: USERS[as] }, path: CUSTOMERS_PATH, query: `workspace_id=${OURS}&${query}` };
      const slow = await answerNaively(api.owner(), 'callbot', { ...asked, origin: 'http://any' });
      expect(fast.text.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'http://any')).toBe(slow.body);
      return namesOf(fast);
    },
  };
}

export const namesOf = ({ json }: Answer): string =>
  json.results.map(({ name }: { readonly name: string }) => name).join('');
