import { randomUUID } from 'node:crypto';
import { accept, action, refuse, sql } from 'altiplano';
import { KINDS } from '../resources.ts';

const PATH = '/financial/transactions';
const UNKNOWN = ['There is no account with this id.'];

/** Writes what is wanted and the job that decides, in one transaction: either both are there or neither. */
export const postTransaction = action({
  name: 'post_transaction',
  method: 'POST',
  path: PATH,
  summary: 'Deposit, withdraw, transfer, or charge a fee',
  permission: 'transactions:write',
  body: {
    account_id: accept.uuid({ required: true }),
    /** How much, above zero: the kind says which way. */
    amount: accept.decimal([18, 2], { required: true, range: [0.01, 1e16] }),
    kind: accept.choice(KINDS, { required: true }),
    memo: accept.column('transaction', 'memo', { nullable: true }),
    to_account_id: accept.uuid(),
  },
  reply: {
    status: 202,
    schema: {
      type: 'object',
      required: ['id', 'status'],
      properties: { id: { type: 'string', format: 'uuid' }, status: { const: 'pending' } },
    },
    example: { id: '00000000-0000-4000-8000-000000000001', status: 'pending' },
  },
  async handle({ query, body, caller, said, jobs }) {
    const { account_id, to_account_id = null, amount, kind, memo = null } = body;
    checkAccounts(kind, account_id, to_account_id);
    const known = await query<{ id: string; currency: string }>(
      // Held as the keys of the rows to come will hold them: whoever changes a currency waits until they are written, or is waited for.
      sql`select a.id, a.currency from finance.account a where a.id = any(${[account_id, to_account_id]}::uuid[])
        order by a.id for key share`,
    );
    const currencyOf = (id: string | null) => known.find((one) => one.id === id?.toLowerCase())?.currency;
    const [from, to] = [currencyOf(account_id), currencyOf(to_account_id)];
    if (from === undefined || (to === undefined && to_account_id !== null))
      throw refuse.invalid({
        ...(from === undefined ? { account_id: UNKNOWN } : {}),
        ...(to === undefined && to_account_id !== null ? { to_account_id: UNKNOWN } : {}),
      });
    if (to !== undefined && to !== from)
      throw refuse.invalid({ to_account_id: [`Is in ${to}, and the account in ${from}.`] });
    const id = randomUUID();
    const [tenantType, tenantId] = said ?? [];
    const giving = { id, account: account_id, sign: kind === 'deposit' ? 1 : -1 };
    const receiving = { id: randomUUID(), account: to_account_id, sign: 1 };
    const legs = sql.rows('l', to_account_id === null ? [giving] : [giving, receiving], {
      ...{ id: 'uuid', account: 'uuid', sign: 'integer' },
    });
    await Promise.all([
      query(sql`
        insert into finance.transaction (id, tenant_type, tenant_id, account_id, transfer_id, amount, kind, memo, created_by)
        select l.id, ${tenantType}, ${tenantId}::uuid, l.account, ${kind === 'transfer' ? id : null}::uuid,
          l.sign * ${amount}::numeric, ${kind}, ${memo}, ${caller.id}::uuid
        from ${legs}`),
      jobs.add('posting', { transaction: id }),
    ]);
    return { body: { id, status: 'pending' }, location: `${PATH}/${id}` };
  },
});

function checkAccounts(kind: string, account: string, other: string | null): void {
  if (kind === 'transfer' && other === null) throw refuse.invalid({ to_account_id: ['A transfer needs it.'] });
  if (kind !== 'transfer' && other !== null) throw refuse.invalid({ to_account_id: ['Only a transfer has it.'] });
  if (other !== null && account.toLowerCase() === other.toLowerCase())
    throw refuse.invalid({ to_account_id: ['Must be another account.'] });
}
