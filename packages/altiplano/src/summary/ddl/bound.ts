import { list, literal, name } from '../../sql/text.ts';
import { deltaTables, figureNames, isRegistered, keys, part, type Shape, sameKey } from './shape.ts';

/** Deltas that may wait before a writer's own statement sees to them: a reader of a whole summary goes through all. */
const MOST_UNFOLDED = 5_000;
/** Deltas of one transaction that are put together. */
const MOST_OWN = 1_000;
const BATCH = 1_000;

/** What writers call now and then, so that reading stays bounded where nobody folds. */
export function bounding(shape: Shape): string {
  const { summary } = shape;
  const [delta, table] = [part(shape, 'delta'), name(summary.name)];
  const figures = figureNames(shape);
  const left = deltaTables(shape).map(
    (one) => `not exists (
      select from ${one} d left join ${table} b on ${sameKey(shape, 'b', 'd')}
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true)`,
  );
  return `-- Deltas of the running transaction are seen by nobody else, so only these may be deleted.
create function ${part(shape, 'gather')}() returns void
language plpgsql set search_path from current as $$
begin
  with own as (
    delete from ${delta} d where d.writer = pg_current_xact_id() returning d.*
  )
  insert into ${delta} (generation, ${keys(shape)}, ${list(figures)})
  select max(d.generation), ${keys(shape, 'd')}, ${list(figures.map((figure) => `sum(d.${figure})`))}
  from own d group by ${keys(shape, 'd')};
end $$;

-- Past ${MOST_UNFOLDED} deltas that are not settled a writer folds those of others, and notes what that settled.
create function ${part(shape, 'bound')}() returns void
language plpgsql set search_path from current set lock_timeout = '10ms'
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  before constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  known pg_snapshot;
  places ${part(shape, 'key')}[];
begin
  if (select count(*) from (
        select from ${delta} d where d.writer = pg_current_xact_id() limit ${MOST_OWN + 1}) d) > ${MOST_OWN} then
    perform ${part(shape, 'gather')}();
  end if;
  select r.folded into known from altiplano.summary r where ${isRegistered(shape)} and r.state = 'ready';
  if not found then
    return; -- what is not built is not folded
  end if;
  if (select count(*) from (
        select from ${delta} d where d.writer >= coalesce(pg_snapshot_xmax(known), '0') limit ${MOST_UNFOLDED + 1}) d) <= ${MOST_UNFOLDED}
     or not pg_try_advisory_xact_lock(hashtext(${literal(summary.name)}), hashtext(current_schema())) then
    return;
  end if;
  loop
    select array_agg(p.place) into places from ${part(shape, 'pending')}(${BATCH}) p;
    exit when places is null or ${part(shape, 'fold')}(places) = 0;
  end loop;
  update altiplano.summary r set folded = before, folded_at = clock_timestamp(), last_fold_xid = pg_snapshot_xmax(before)
  where ${isRegistered(shape)} and r.state = 'ready'
    and pg_snapshot_xmax(before) > coalesce(pg_snapshot_xmax(r.folded), '0')
    and ${left.join('\n    and ')};
exception
  when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
end $$;
revoke execute on function ${part(shape, 'gather')}(), ${part(shape, 'bound')}() from public;`;
}
