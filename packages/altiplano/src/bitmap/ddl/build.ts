import { rowsOf } from '../../keep/rows-of.ts';
import { list, name } from '../../sql/text.ts';
import { rangeSuffixes } from './bins.ts';
import { beginningOf, keyOf, part, type Shape, SPACING, upto } from './shape.ts';

/** The number of a tenant's first segment. One that is built again begins elsewhere: entries may still name its old ones. */
export function firstSegment(): string {
  return `${SPACING} + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36)`;
}

/** Segments from their rows: the next one of a tenant, one again, many as one. Each call is one transaction's work. */
export function build(shape: Shape): string {
  const { bitmap, tenant, lowAt, lowId, sizes } = shape;
  const bigRows = (sizes.big / sizes.block) * sizes.fill;
  const segments = part(shape, 'segment');
  return `-- What this transaction has written is in its rows already, and its entries would be counted once more.
create function ${part(shape, 'unwritten')}(of_tenant uuid) returns void
language plpgsql as $$
begin
  if exists (
    select from ${part(shape, 'tail')} d where d.${tenant} = of_tenant and d.writer = pg_current_xact_id_if_assigned()
  ) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
end $$;
revoke execute on function ${part(shape, 'unwritten')}(uuid) from public;

-- A segment without blocks says where the next one begins, so a build goes on where it was.
create function ${part(shape, 'build')}(of_tenant uuid) returns boolean
language plpgsql security definer set search_path from current as $$
declare
  last ${segments};
  rest record;
begin
  perform ${part(shape, 'unwritten')}(of_tenant);
  insert into ${segments} (${tenant}, segment, ${lowAt}, ${lowId}, width, blocks, folded)
  select of_tenant, ${firstSegment()}, ${list(beginningOf(bitmap))}, ${sizes.small}, 0, '1:1:' -- nothing is visible in it
  where not exists (select from ${segments} s where s.${tenant} = of_tenant)
  on conflict do nothing;
  select s.* into last from ${segments} s where s.${tenant} = of_tenant order by s.segment desc limit 1 for update;
  if last.blocks > 0 then
    return false;
  end if;
  rest := ${part(shape, 'piece')}(of_tenant, last.segment, last.${lowAt}, last.${lowId}, null, null, ${bigRows});
  if rest.next_id is null then
    return false;
  end if;
  insert into ${segments} (${tenant}, segment, ${lowAt}, ${lowId}, width, blocks, folded)
  values (of_tenant, last.segment + ${SPACING}, rest.next_at, rest.next_id, ${sizes.small}, 0, '1:1:');
  return true;
end $$;
revoke execute on function ${part(shape, 'build')}(uuid) from public;

${replace(shape, bigRows)}

create function ${part(shape, 'rebuild')}(of_tenant uuid, of_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
begin
  perform ${part(shape, 'unwritten')}(of_tenant);
  perform ${part(shape, 'replace')}(of_tenant, array[of_segment]);
end $$;
revoke execute on function ${part(shape, 'rebuild')}(uuid, bigint) from public;

create function ${part(shape, 'merge')}(of_tenant uuid) returns integer
language plpgsql security definer set search_path from current as $$
declare
  smalls bigint[];
begin
  -- The last one is still appended to.
  select array_agg(s.segment order by s.segment) into smalls
  from (
    select s.segment, bool_and(s.width = ${sizes.small}) over (order by s.segment desc) as is_small,
      row_number() over (order by s.segment desc) as place
    from ${segments} s where s.${tenant} = of_tenant
  ) s
  where s.is_small and s.place > 1;
  if coalesce(cardinality(smalls), 0) < ${sizes.smalls} then
    return 0;
  end if;
  perform ${part(shape, 'unwritten')}(of_tenant);
  perform ${part(shape, 'replace')}(of_tenant, smalls);
  return cardinality(smalls);
end $$;
revoke execute on function ${part(shape, 'merge')}(uuid) from public;`;
}

/** Neighbouring segments made again from their rows, in as few pieces as hold them, evenly full. */
function replace(shape: Shape, bigRows: number): string {
  const { bitmap, tenant, lowAt, lowId } = shape;
  const segments = part(shape, 'segment');
  const tables = ['segment', 'block', ...rangeSuffixes(bitmap.ranges)].map((suffix) => part(shape, suffix));
  return `create function ${part(shape, 'replace')}(of_tenant uuid, replaced bigint[]) returns void
language plpgsql security definer set search_path from current as $$
declare
  first ${segments};
  after ${segments};
  fresh bigint := replaced[cardinality(replaced)] + 1;
  held bigint;
  pieces bigint;
  rest record;
begin
  perform from ${segments} s where s.${tenant} = of_tenant and s.segment = any (replaced) order by s.segment for update;
  if (select count(*) <> cardinality(replaced) or count(*) filter (where s.segment = any (replaced)) <> cardinality(replaced)
      from ${segments} s
      where s.${tenant} = of_tenant and s.segment between replaced[1] and replaced[cardinality(replaced)]) then
    return; -- some of them were made again meanwhile
  end if;
  select s.* into first from ${segments} s where s.${tenant} = of_tenant and s.segment = replaced[1];
  select s.* into after from ${segments} s
  where s.${tenant} = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  select count(*) into held from ${rowsOf(bitmap, name(bitmap.table), 'c')}
  where c.${tenant} = of_tenant and ${keyOf(shape, 'c')} >= (first.${lowAt}, first.${lowId})
    and ${keyOf(shape, 'c')} < ${upto(shape, `after.${lowAt}`, `after.${lowId}`)};
  pieces := greatest(1, (held + ${bigRows - 1}) / ${bigRows});
  if after.segment - replaced[cardinality(replaced)] < 2 * pieces + 8 then
    perform ${part(shape, 'renumber')}(of_tenant, after.segment);
    select s.* into after from ${segments} s
    where s.${tenant} = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  end if;

${tables.map((table) => `  delete from ${table} t where t.${tenant} = of_tenant and t.segment = any (replaced);`).join('\n')}
  delete from ${name(bitmap.name)} t
  where t.${tenant} = of_tenant and t.segment = any (replaced);

  loop
    -- A few that came after the count still fit.
    rest := ${part(shape, 'piece')}(of_tenant, fresh, first.${lowAt}, first.${lowId}, after.${lowAt}, after.${lowId},
      least(${bigRows}, (held + pieces - 1) / pieces + ${shape.sizes.fill})::integer);
    exit when rest.next_id is null;
    first.${lowAt} := rest.next_at;
    first.${lowId} := rest.next_id;
    fresh := fresh + case when after is null then ${SPACING} else greatest(1, (after.segment - fresh) / (pieces + 2)) end;
  end loop;
end $$;
revoke execute on function ${part(shape, 'replace')}(uuid, bigint[]) from public;

-- No number is left before a segment: it and all that follow get new ones, as far apart as at first.
create function ${part(shape, 'renumber')}(of_tenant uuid, from_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
declare
  last constant bigint := (select max(s.segment) from ${segments} s where s.${tenant} = of_tenant);
  old record;
begin
  perform from ${segments} s where s.${tenant} = of_tenant and s.segment >= from_segment order by s.segment for update;
  for old in
    select s.segment, last + ${SPACING} * row_number() over (order by s.segment) as fresh
    from ${segments} s where s.${tenant} = of_tenant and s.segment >= from_segment order by 1 desc
  loop
${[...tables, name(bitmap.name)].map((table) => `    update ${table} t set segment = old.fresh where t.${tenant} = of_tenant and t.segment = old.segment;`).join('\n')}
  end loop;
end $$;
revoke execute on function ${part(shape, 'renumber')}(uuid, bigint) from public;`;
}
