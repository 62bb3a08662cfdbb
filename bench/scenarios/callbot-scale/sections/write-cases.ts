import type { Question } from '../../../measure/http-connection.ts';
import type { Tenant } from '../../callbot-read/tenants.ts';

/** Rows a write made, so that those after it have something to change and all can be taken away again. */
export interface Made {
  readonly customers: string[];
  readonly calls: string[];
}

export interface WriteCase {
  readonly name: string;
  /** Milliseconds the issue asks for, at p95; null where it asks nothing. */
  readonly target: number | null;
  /** Rows of `made` that have to be there before. */
  readonly needs: number;
  ask(tenant: Tenant, made: Made, turn: number): Omit<Question, 'url' | 'body'> & { path: string; content?: unknown };
  /** Which list the ids in the answer belong to. */
  readonly makes?: keyof Made;
}

const CUSTOMERS = '/api/v1/customers/';
const CALLS = '/api/v1/calls/';

/** In this order: what the first ones make, the later ones change and the last ones delete. */
export const WRITE_CASES: readonly WriteCase[] = [
  {
    name: 'create a customer',
    target: 5,
    needs: 0,
    makes: 'customers',
    ask: (tenant, _made, turn) => ({ method: 'POST', path: CUSTOMERS, content: customer(tenant, turn, true) }),
  },
  {
    name: 'create 100 customers',
    target: 50,
    needs: 0,
    makes: 'customers',
    ask: (tenant, _made, turn) => ({
      method: 'POST',
      path: `${CUSTOMERS}bulk/`,
      content: { items: hundred((index) => customer(tenant, turn * 100 + index, true)) },
    }),
  },
  change('update an indexed column', (turn) => ({ status: turn % 2 === 0 ? 'blocked' : 'active' })),
  change('update no indexed column', (turn) => ({ name: `Bench renamed ${turn}` })),
  change('update attributes', (turn) => ({ other_attributes: { city: 'Lima', ref: `R-${turn}` } })),
  {
    name: 'update 100 customers',
    target: 50,
    needs: 100,
    ask: (tenant, made, turn) => ({
      method: 'PATCH',
      path: `${CUSTOMERS}bulk/?workspace_id=${tenant.workspace}`,
      content: { items: made.customers.slice(0, 100).map((id) => ({ id, quality: turn % 2 === 0 ? 'hot' : 'cold' })) },
    }),
  },
  {
    name: 'link a label',
    target: 5,
    needs: 1,
    ask: (tenant, made, turn) => ({
      method: 'POST',
      path: `${CUSTOMERS}${made.customers[turn % made.customers.length]}/labels/${tenant.labels[1]}/?workspace_id=${tenant.workspace}`,
    }),
  },
  {
    name: 'add a call',
    target: 5,
    needs: 1,
    makes: 'calls',
    ask: (tenant, made, turn) => ({
      method: 'POST',
      path: CALLS,
      content: call(tenant, made.customers[turn % made.customers.length] ?? '', turn),
    }),
  },
  {
    name: 'add a call to the busiest customer',
    target: 5,
    needs: 0,
    makes: 'calls',
    ask: (tenant, _made, turn) => ({ method: 'POST', path: CALLS, content: call(tenant, tenant.customer, turn) }),
  },
  {
    name: 'add 100 calls',
    target: 50,
    needs: 100,
    makes: 'calls',
    ask: (tenant, made, turn) => ({
      method: 'POST',
      path: `${CALLS}bulk/`,
      content: { items: hundred((index) => call(tenant, made.customers[index] ?? '', turn)) },
    }),
  },
  {
    name: 'delete 50 customers',
    target: 25,
    needs: 50,
    ask: (tenant, made) => ({
      method: 'DELETE',
      path: `${CUSTOMERS}bulk/?workspace_id=${tenant.workspace}`,
      content: { ids: made.customers.splice(0, 50) },
    }),
  },
  {
    name: 'delete a customer',
    target: 5,
    needs: 1,
    ask: (tenant, made) => ({
      method: 'DELETE',
      path: `${CUSTOMERS}${made.customers.shift()}/?workspace_id=${tenant.workspace}`,
    }),
  },
];

function change(name: string, members: (turn: number) => Record<string, unknown>): WriteCase {
  return {
    name,
    target: 5,
    needs: 1,
    ask: (tenant, made, turn) => ({
      method: 'PATCH',
      path: `${CUSTOMERS}${made.customers[turn % made.customers.length]}/?workspace_id=${tenant.workspace}`,
      content: members(turn),
    }),
  };
}

export function customer(tenant: Tenant, turn: number, labelled: boolean): Record<string, unknown> {
  return {
    workspace_id: tenant.workspace,
    name: `Bench write ${turn}`,
    phone: '+84123456789',
    email: `write.${turn}@example.com`,
    carrier: 'Viettel',
    status: 'active',
    quality: 'warm',
    other_attributes: { city: 'Hanoi', plan: 'free', ref: `R-${turn}` },
    employee_id: tenant.employeeId,
    ...(labelled ? { label_ids: [tenant.labels[0]] } : {}),
  };
}

export function call(tenant: Tenant, customerId: string, turn: number): Record<string, unknown> {
  return {
    workspace_id: tenant.workspace,
    customer_id: customerId,
    direction: 'outbound',
    status: turn % 4 === 0 ? 'missed' : 'completed',
    duration: 61.4,
    call_type: 'direct',
    billing_rate: 0.125,
    sentiment_score: 0.5,
  };
}

const hundred = <Item>(make: (index: number) => Item): Item[] => Array.from({ length: 100 }, (_, index) => make(index));
