import { isRegistered, part, type Shape } from './shape.ts';

/** Where nobody folds, writers do: a tail of any length would be read by every page. */
export function bounding(shape: Shape): string {
  const { tenant, sizes } = shape;
  const candidates = [0, 1]
    .map(
      (generation) => `      select from ${part(shape, `tail_${generation}`)} d
      where d.${tenant} = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)`,
    )
    .join('\n      union all\n');
  return `-- Past ${sizes.unfolded} unfolded entries of a tenant a writer folds what others committed. What it cannot fold is
-- left to the next writer; only the time limit of the statement it runs in can end both.
create function ${part(shape, 'bound')}(of_tenant uuid) returns void
language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  settled constant pg_snapshot := (
    select s.folded from ${part(shape, 'segment')} s where s.${tenant} = of_tenant
    order by pg_snapshot_xmax(s.folded) limit 1);
  now constant pg_snapshot := pg_current_snapshot();
  own constant xid8 := pg_current_xact_id();
  waiting bigint;
begin
  select count(*) into waiting
  from (
    select from (
${candidates}
    ) d limit ${sizes.unfolded + 1}
  ) d;
  if waiting > ${sizes.unfolded}
     and exists (select from altiplano.bitmap r
                 where ${isRegistered(shape)} and r.state = 'ready') then
    begin
      perform ${part(shape, 'fold')}(of_tenant);
    exception
      when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
      when others then raise warning '% was not folded: %', of_tenant, sqlerrm; -- a broken fold must not stop writing
    end;
  end if;
end $$;
revoke execute on function ${part(shape, 'bound')}(uuid) from public;`;
}
