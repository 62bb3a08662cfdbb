import { indent, list, name } from '../../sql/text.ts';
import { columnsOf, keyOf, part, type Shape } from './shape.ts';

/** What entries say, said by blocks, bits and bins. */
export function settle(shape: Shape): string {
  const { bitmap, tenant, at, id, lowAt, lowId, ats, ids, sizes } = shape;
  const entry = part(shape, 'entry');
  const sides = bitmap.ranges.flatMap((column) => ['old', 'new'].map((side) => name(`${side}_${column}`)));
  const rest = ['born', 'minus', 'plus', 'old_text', 'new_text', ...sides].map((column) => `e.${column}`);
  return `create function ${part(shape, 'settle')}(of_tenant uuid, entries ${entry}[], snapshot pg_snapshot) returns void
language plpgsql set enable_seqscan = off set work_mem = '32MB' as $$
declare
  places ${entry}[];
  fresh record;
  change record;
begin
  select array_agg(row (n.segment, n.block, n.block * ${sizes.block} + n.place, ${columnsOf(shape, 'n')}${', null'.repeat(rest.length)})::${entry})
  into places
  from ${part(shape, 'newcomers')}(of_tenant, entries) n;

  for fresh in
    select p.segment, p.block, array_agg(p.${at} order by p.slot) as ${ats}, array_agg(p.${id} order by p.slot) as ${ids}
    from unnest(places) p group by 1, 2 order by 1, 2
  loop
    update ${part(shape, 'block')} b set ${ats} = b.${ats} || fresh.${ats}, ${ids} = b.${ids} || fresh.${ids}
    where b.${tenant} = of_tenant and b.segment = fresh.segment and b.block = fresh.block;
    continue when found;
    insert into ${part(shape, 'block')} (${tenant}, segment, block, ${lowAt}, ${lowId}, ${ats}, ${ids})
    values (of_tenant, fresh.segment, fresh.block, fresh.${ats}[1], fresh.${ids}[1], fresh.${ats}, fresh.${ids});
    update ${part(shape, 'segment')} s set blocks = fresh.block + 1
    where s.${tenant} = of_tenant and s.segment = fresh.segment;
    continue when found;
    insert into ${part(shape, 'segment')} (${tenant}, segment, ${lowAt}, ${lowId}, width, blocks, folded)
    values (of_tenant, fresh.segment, fresh.${ats}[1], fresh.${ids}[1], ${sizes.small}, 1, snapshot);
  end loop;

  entries := array(
    select row (coalesce(p.segment, e.segment), e.block, coalesce(e.slot, p.slot), ${columnsOf(shape, 'e')},
      ${list(rest)})::${entry}
    from unnest(entries) e
    left join unnest(places) p on e.slot is null and ${keyOf(shape, 'p')} = ${keyOf(shape, 'e')}
    where coalesce(e.slot, p.slot) is not null -- neither came and went meanwhile, nor was it a link of a row that went
  );

${patchBits(shape)}
${bitmap.ranges.map((column) => patchBins(shape, column)).join('')}end $$;
revoke execute on function ${part(shape, 'settle')}(uuid, ${entry}[], pg_snapshot) from public;`;
}

/** One update for each segment and term: its bits without those that went, and with those that came. */
function patchBits(shape: Shape): string {
  const { bitmap, tenant } = shape;
  const grams = ['old', 'new'].map(
    (side) => `select e.segment, e.slot, g.term, ${side === 'old' ? -1 : 1}
from unnest(entries) e cross join lateral (select distinct t from altiplano.gram_terms(e.${side}_text) t) g (term)
where e.${side}_text is not null`,
  );
  const sources = [
    'select e.segment, e.slot, unnest(e.minus), -1 from unnest(entries) e',
    'select e.segment, e.slot, unnest(e.plus), 1 from unnest(entries) e',
    ...(bitmap.search.length === 0 ? [] : grams),
  ];
  return `  for change in
    select d.segment, d.term, s.width,
      array_agg(d.slot) filter (where d.sum < 0) as minus, array_agg(d.slot) filter (where d.sum > 0) as plus
    from (
      select t.segment, t.slot, t.term collate "C" as term, sum(t.sign) as sum
      from (
${indent(sources.join('\nunion all\n'), 8)}
      ) t (segment, slot, term, sign)
      group by 1, 2, 3
      having sum(t.sign) <> 0
    ) d
    join ${part(shape, 'segment')} s on s.${tenant} = of_tenant and s.segment = d.segment
    group by 1, 2, 3
  loop
    update ${name(bitmap.name)} b
    set bits = (b.bits & ~altiplano.bits_of(change.minus, change.width)) | altiplano.bits_of(change.plus, change.width)
    where b.${tenant} = of_tenant and b.term = change.term and b.segment = change.segment;
    if not found and change.plus is not null then
      insert into ${name(bitmap.name)} (${tenant}, term, segment, bits)
      values (of_tenant, change.term, change.segment, altiplano.bits_of(change.plus, change.width));
    end if;
  end loop;
`;
}

/** Bins of a segment in which a value changed, or came without one. */
function patchBins(shape: Shape, column: string): string {
  const { tenant } = shape;
  const [before, after] = [name(`old_${column}`), name(`new_${column}`)];
  return `
  for change in
    with moved as (
      select e.segment, v.value, e.slot, sum(v.sign) as sum
      from unnest(entries) e cross join lateral (values (e.${before}, -1), (e.${after}, 1)) v (value, sign)
      where v.value is not null
      group by 1, 2, 3
      having sum(v.sign) <> 0
    ), lacking as (
      select distinct e.segment from unnest(entries) e
      where e.${after} is null and (e.born > 0 or e.born = 0 and e.${before} is not null)
    )
    select s.segment, s.width, s.segment in (select l.segment from lacking l) as lacks,
      array_agg(m.value) filter (where m.sum < 0) as gone, array_agg(m.slot) filter (where m.sum < 0) as gone_slots,
      array_agg(m.value) filter (where m.sum > 0) as came, array_agg(m.slot) filter (where m.sum > 0) as came_slots
    from ${part(shape, 'segment')} s
    left join moved m on m.segment = s.segment
    where s.${tenant} = of_tenant and (m.segment is not null or s.segment in (select l.segment from lacking l))
    group by s.segment, s.width
  loop
    perform ${part(shape, `${column}_settle`)}(of_tenant, change.segment, change.width, change.lacks,
      coalesce(change.gone, '{}'), coalesce(change.gone_slots, '{}'), coalesce(change.came, '{}'), coalesce(change.came_slots, '{}'));
  end loop;
`;
}
