import type { OwnerClient } from 'altiplano';
import { ACCOUNTS, USERS } from './fixture.ts';

export interface Asked {
  readonly account?: string;
  readonly amount: string;
  readonly kind?: string;
  readonly to?: string;
  /** Seconds from now on. */
  readonly at?: number;
}

/** A pending transaction, as the action writes it; the id of the leg that gives, if it is a transfer. */
export async function add(owner: OwnerClient, asked: Asked): Promise<string> {
  const { account = ACCOUNTS.operating, amount, kind = 'deposit', to, at = 0 } = asked;
  const { rows } = await owner.query<{ id: string }>(
    `with asked as (select gen_random_uuid() as id, gen_random_uuid() as other), leg as (
       select id, $1::uuid as account, $2::numeric as amount, 1 as place from asked
       union all select other, $4::uuid, -$2::numeric, 2 from asked where $4::uuid is not null
     )
     insert into finance.transaction (id, tenant_type, tenant_id, account_id, transfer_id, amount, kind, created_by, created_at)
     select l.id, a.tenant_type, a.tenant_id, a.id, case when $3 = 'transfer' then (select id from asked) end, l.amount, $3, $5,
       clock_timestamp() + $6 * interval '1 second'
     from leg l join finance.account a on a.id = l.account order by l.place
     returning coalesce(transfer_id, id) as id`,
    [account, amount, kind, to ?? null, USERS.anna, at],
  );
  return rows[0]?.id ?? '';
}

export async function statesOf(owner: OwnerClient, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await owner.query<{ id: string; status: string }>(
    'select id, status from finance.transaction where id = any ($1)',
    [ids],
  );
  const states = new Map(rows.map(({ id, status }) => [id, status]));
  return ids.map((id) => states.get(id) ?? 'missing');
}
