import { literal } from '../../sql/text.ts';
import { part, type Shape } from './shape.ts';

/** Which of the two tails is written. A function has no name for its table's schema but the trigger's. */
export function generation({ bitmap }: Shape): string {
  return `coalesce((
    select r.generation from altiplano.bitmap r
    where r.schema_name = tg_table_schema and r.name = ${literal(bitmap.name)}), 0)`;
}

/**
 * How readers get at the tail. Comparing transaction numbers is not leakproof, so under row security no index would pass over
 * what is consumed (measured: 8,900 entries read and dropped); and in the order of that index the entries of several writers lie
 * on pages in turn, each of them touched once an entry (1,200 buffers instead of 40).
 *
 * What a snapshot did not see began after it (`since`) or was `running` then. From its oldest running transaction on would be too
 * much: one that stays open for an hour would have every page read an hour of consumed entries.
 */
export function tailReader(shape: Shape): string {
  const { tenant } = shape;
  const tail = part(shape, 'tail');
  const signature = `${part(shape, 'unfolded')}(uuid, xid8, xid8[])`;
  return `-- Entries that may not be in the bits yet: of writers since the oldest segment's snapshot, or running in one of them. It runs as
-- its owner and therefore carries the tenant itself, and refuses one that is not the session's.
create function ${part(shape, 'unfolded')}(of_tenant uuid, since xid8, running xid8[]) returns setof ${tail}
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_indexscan = off set enable_bitmapscan = on rows 500 as $$
begin
  perform altiplano.same_tenant(of_tenant);
  return query select * from ${tail} e
    where e.${tenant} = of_tenant and (e.writer >= coalesce(since, '0') or e.writer = any (coalesce(running, '{}')));
end $$;
revoke execute on function ${signature} from public;
do $$ begin execute format('grant execute on function ${signature} to %I', altiplano.app_role()); end $$;`;
}
