import { accept, job, type RunQuery, sql } from 'altiplano';

export const UNCOVERED = 'The balance would become negative.';

/** Of those that were left lying: so many at a time. */
const LEFT = 1_000;

/**
 * Posts one transaction that an action has just written, or without one (every minute) whatever has been pending for a minute. What has
 * become of a transaction is its own state, written with the decision: whoever comes second, and whoever comes back, finds it decided.
 */
export const posting = job({
  name: 'posting',
  summary: 'Post pending transactions',
  schedule: '* * * * *',
  // A step that is begun again does no harm, and money that is never decided does. What a sweep could not do, the next one tries, a minute later:
  // tried again by themselves, sweeps over one transaction that cannot be decided would be thousands within days.
  retry: { attempts: 100, seconds: 1, scheduled: 1 },
  payload: { transaction: accept.uuid() },
  async run({ payload, query, step, signal }) {
    let done = 0;
    const post = async (wanted: string) => {
      for (let next = await findNext(query, wanted); next !== null; next = await findNext(query, wanted)) {
        const id = next;
        await step(async (inside) => {
          await decide(inside, id);
          done += 1;
          return { checkpoint: null, done };
        });
      }
    };
    const waiting = payload.transaction === undefined ? await findLeft(query) : [payload.transaction];
    const failures: unknown[] = [];
    for (const wanted of waiting) {
      // One that cannot be decided keeps nobody else's from being posted.
      await post(wanted).catch((error: unknown) => {
        if (signal.aborted) throw error;
        failures.push(error);
      });
    }
    if (failures.length > 0) throw failures[0];
  },
});

async function findLeft(query: RunQuery): Promise<readonly string[]> {
  const left = await query<{ id: string }>(sql`
    select t.id from finance.transaction t
    where t.status = 'pending' and t.created_at < now() - interval '1 minute'
    order by t.created_at, t.id limit ${LEFT}::int`);
  return left.map(({ id }) => id);
}

/**
 * The one to post before or as the wanted one; null once that is decided. An account's transactions are posted in the order in which they
 * came, so that a deposit and what is then drawn from it are not a matter of luck: each step goes to the oldest one that is
 * pending on the accounts of the step before, until there is none older.
 */
async function findNext(query: RunQuery, wanted: string): Promise<string | null> {
  const [found] = await query<{ id: string }>(sql`
    with recursive before as (
      select t.id, t.transfer_id, t.account_id, t.created_at, 0 as steps from finance.transaction t
      where t.id = ${wanted}::uuid and t.status = 'pending'
      union all
      select o.id, o.transfer_id, o.account_id, o.created_at, b.steps + 1 from before b cross join lateral (
        select p.* from (
          select b.account_id union select l.account_id from finance.transaction l where l.transfer_id = b.transfer_id
        ) a
        cross join lateral (
          select p.id, p.transfer_id, p.account_id, p.created_at from finance.transaction p
          where p.account_id = a.account_id and p.status = 'pending'
            and (p.created_at, p.id) < (b.created_at, b.id) and (p.transfer_id is null or p.transfer_id is distinct from b.transfer_id)
          order by p.created_at, p.id limit 1
        ) p
        order by p.created_at, p.id limit 1
      ) o
    )
    select b.id from before b order by b.steps desc limit 1`);
  return found?.id ?? null;
}

/** Both legs or the one row there is, decided while their accounts are held: in the order of their ids, as whoever else posts. */
async function decide(inside: RunQuery, id: string): Promise<void> {
  const legs = await inside<{ id: string; account_id: string }>(sql`
    select l.id, l.account_id from finance.transaction t
    join finance.transaction l on l.id = t.id or l.transfer_id = t.transfer_id
    where t.id = ${id}::uuid`);
  const accounts = legs.map(({ account_id }) => account_id);
  await inside(
    sql`select from finance.account a where a.id = any(${accounts}::uuid[]) order by a.id for no key update`,
  );
  // A statement of its own, begun with the accounts held: it sees what every earlier holder has left.
  await inside(sql`
    update finance.transaction t set
      status = case when v.covered then 'posted' else 'failed' end,
      posted_at = case when v.covered then statement_timestamp() end,
      failure = case when v.covered then null else ${UNCOVERED} end
    from (
      select bool_and(a.balance + l.amount >= 0) as covered
      from finance.transaction l join finance.account a on a.id = l.account_id
      where l.id = any(${legs.map((leg) => leg.id)}::uuid[])
    ) v
    where t.id = any(${legs.map((leg) => leg.id)}::uuid[]) and t.status = 'pending'`);
}
