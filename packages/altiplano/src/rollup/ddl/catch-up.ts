import { indent, name } from '../../sql/text.ts';
import { isRegistered, type Shape, sameKey } from './shape.ts';

/** Changes of a tenant that may wait before a writer's own statement sees to them: a page in order of a figure reads all. */
const MOST_UNFOLDED = 5_000;
const BATCH = 1_000;

/**
 * What writers call now and then, so that pages in order of a figure stay bounded where nobody folds. `<rollup>_settled` says
 * of a tenant what the registry says of all: everything visible in it is folded.
 */
export function catchingUp(shape: Shape): string {
  const { rollup, key } = shape;
  const [tenant, parent] = key.map(name);
  const [table, settled] = ['', '_settled'].map((suffix) => name(`${rollup.name}${suffix}`));
  const catchUp = name(`${rollup.name}_catch_up`);
  return `create table ${settled} (${tenant} uuid primary key, folded pg_snapshot not null);
select altiplano.isolate('${rollup.name}_settled', '${rollup.tenant}');

-- Past ${MOST_UNFOLDED} changes of a tenant that are not settled a writer folds them, whatever parents they are of.
create function ${catchUp}(of_tenant uuid) returns void
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  before constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  known pg_snapshot;
  parents uuid[];
  place uuid := '00000000-0000-0000-0000-000000000000';
begin
  select s.folded into known
  from (
    select r.folded from altiplano.rollup r where ${isRegistered(rollup)} and r.state = 'ready'
    union all
    select t.folded from ${settled} t where t.${tenant} = of_tenant
  ) s
  order by pg_snapshot_xmax(s.folded) desc nulls last limit 1;
  if not found then
    return; -- what is not built is not folded
  end if;
  if (
    select count(*) from (
      select from ${name(`${rollup.name}_delta`)} d
      where d.${tenant} = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(known), '0') limit ${MOST_UNFOLDED + 1}
    ) d
  ) <= ${MOST_UNFOLDED} or not pg_try_advisory_xact_lock(hashtext('${rollup.name}'), hashtext(of_tenant::text)) then
    return;
  end if;
  loop
    select array_agg(k.parent order by k.parent) into parents
    from (
      select distinct d.${parent} as parent
${indent(unfolded(shape, 'before'), 6)}
        and d.${parent} > place
      order by 1 limit ${BATCH}
    ) k;
    exit when parents is null;
    perform ${name(`${rollup.name}_fold`)}(array_fill(of_tenant, array[cardinality(parents)]), parents);
    place := parents[cardinality(parents)];
  end loop;
  insert into ${settled} as s (${tenant}, folded)
  select of_tenant, before
  where not exists (
    select
${indent(unfolded(shape, 'before'), 4)}
  )
  on conflict (${tenant}) do update set folded = excluded.folded
  where pg_snapshot_xmax(s.folded) < pg_snapshot_xmax(excluded.folded);
exception
  when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
end $$;
revoke execute on function ${catchUp}(uuid) from public;`;

  function unfolded(of: Shape, snapshot: string): string {
    return `from ${name(`${of.rollup.name}_delta`)} d
left join ${table} b on ${sameKey(of, 'b', 'd')}
where d.${tenant} = of_tenant and d.writer >= coalesce(pg_snapshot_xmin(known), '0')
  and pg_visible_in_snapshot(d.writer, known) is not true
  and pg_visible_in_snapshot(d.writer, b.folded) is not true
  and pg_visible_in_snapshot(d.writer, ${snapshot})`;
  }
}

export function dropCatchUp({ rollup }: Shape): string {
  return `drop function ${name(`${rollup.name}_catch_up`)}(uuid);\ndrop table ${name(`${rollup.name}_settled`)};`;
}
