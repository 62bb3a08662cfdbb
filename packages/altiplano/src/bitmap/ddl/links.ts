import { rowsOf } from '../../keep/rows-of.ts';
import type { BitmapLink } from '../../resource/bitmap.ts';
import { indent, list, literal, name } from '../../sql/text.ts';
import { isOwn, refuseBoth } from './moves.ts';
import { atOf, beginningOf, part, placeOf, type Shape } from './shape.ts';
import { generation } from './tail.ts';
import { boundedBy, TRANSITIONS, triggerName } from './triggers.ts';

const EVENTS = ['insert', 'update', 'delete', 'truncate'] as const;
type Event = (typeof EVENTS)[number];

/** Link tables write their own terms: nobody who changes a row waits for who changes its links. */
export function linkTriggers(shape: Shape): string {
  return shape.bitmap.links
    .map((link, index) => {
      const functionOf = (event: Event) => `${part(shape, `link_${index + 1}_${event}`)}()`;
      return [
        onStatement(shape, link, 'insert', functionOf('insert'), [linked(shape, link, 'plus', 'new_rows')]),
        onStatement(shape, link, 'update', functionOf('update'), [
          linked(shape, link, 'minus', 'old_rows', 'new_rows'),
          linked(shape, link, 'plus', 'new_rows', 'old_rows'),
        ]),
        onStatement(shape, link, 'delete', functionOf('delete'), [linked(shape, link, 'minus', 'old_rows')]),
        truncated(shape, link, functionOf('truncate')),
        `revoke execute on function ${list(EVENTS.map(functionOf))} from public;`,
        EVENTS.map(
          (event) => `create trigger ${name(triggerName(shape, event))} after ${event} on ${name(link.link)}
  ${TRANSITIONS[event]}for each statement execute function ${functionOf(event)};`,
        ).join('\n'),
      ].join('\n\n');
    })
    .join('\n\n');
}

function onStatement(
  shape: Shape,
  { link, parent }: BitmapLink,
  event: Event,
  signature: string,
  work: readonly string[],
): string {
  const { bitmap, tenant, id } = shape;
  const rows = event === 'delete' ? 'old_rows' : 'new_rows';
  return `-- Each row is looked up by its key and held until the end: its place in the order cannot change meanwhile.
create function ${signature} returns trigger -- ${link}
language plpgsql security definer set search_path from current
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if current_setting('altiplano.moved', true) = statement_timestamp()::text and exists (
    select from ${rowsOf(bitmap, rows, 'l')}
    join ${part(shape, 'tail')} d on d.${tenant} = l.${tenant} and d.${id} = l.${name(parent)} and d.born = -1
    join ${rowsOf(bitmap, name(bitmap.table), 'c')} on c.${tenant} = d.${tenant} and c.${id} = d.${id}
    where ${isOwn('d')} and d.noted_at >= statement_timestamp()) then
${indent(refuseBoth(shape), 4)}
  end if;
${indent(work.join('\n'))}
${indent(boundedBy(shape, rows))}
  return null;
end $$;`;
}

/** A row that is not there went in this transaction: its own entry says where it stood, or will find what is written here. */
function linked(shape: Shape, link: BitmapLink, sign: 'minus' | 'plus', rows: string, but?: string): string {
  const { bitmap, tenant, at, id } = shape;
  const columns = (alias: string) =>
    list([tenant, name(link.parent), name(link.target)].map((column) => `${alias}.${column}`));
  const source =
    but === undefined
      ? rowsOf(bitmap, rows, 'l')
      : `(\n    select ${columns('a')} from ${rowsOf(bitmap, rows, 'a')}\n    except all select ${columns('b')} from ${rowsOf(bitmap, but, 'b')}\n  ) l`;
  const gone = `
  left join lateral (
    select d.${at} from ${part(shape, 'tail')} d
    where c.${at} is null and d.${tenant} = l.${tenant} and d.${id} = l.${name(link.parent)}
      and d.born = -1 and ${isOwn('d')}
    order by d.noted_at desc limit 1
  ) g on true`;
  return `insert into ${part(shape, 'tail')} (generation, ${tenant}, ${at}, ${id}, segment, slot, ${sign})
select ${indent(generation(shape)).trimStart()},
  k.${tenant}, k.${at}, k.${id}, p.segment, p.slot, k.terms
from (
  select l.${tenant}, l.${name(link.parent)} as ${id}, l.terms, ${sign === 'plus' ? `c.${at}` : `coalesce(${atOf(shape, 'c')}, g.${at}, ${beginningOf(bitmap)[0]}) as ${at}`}
  from (
    select l.${tenant}, l.${name(link.parent)}, array_agg(${literal(`${link.link}=`)} || l.${name(link.target)}) as terms
    from ${source}
    group by 1, 2
  ) l
  ${sign === 'plus' ? 'cross' : 'left'} join lateral (
    select c.${at} from ${rowsOf(bitmap, name(bitmap.table), 'c')}
    where c.${tenant} = l.${tenant} and c.${id} = l.${name(link.parent)}
    for key share
  ) c${sign === 'plus' ? '' : ` on true${gone}`}
) k
${placeOf(shape, 'k')};`;
}

function truncated(shape: Shape, { link }: BitmapLink, signature: string): string {
  const { bitmap } = shape;
  const isTerm = (term: string) => `${term} >= ${literal(`${link}=`)} and ${term} < ${literal(`${link}>`)}`;
  const kept = (column: string) =>
    `array(select t.term from unnest(d.${column}) t (term) where not (${isTerm('t.term collate "C"')}))`;
  return `create function ${signature} returns trigger -- ${link}
language plpgsql security definer set search_path from current as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception '% is truncated under read committed only', tg_table_name using errcode = 'invalid_transaction_state',
      hint = 'This snapshot may be older than a link: begin isolation level read committed;';
  end if;
  lock table ${part(shape, 'segment')} in share row exclusive mode; -- no fold meanwhile
  delete from ${name(bitmap.name)} b where ${isTerm('b.term')};
  -- Nobody has a link in an open transaction: the table is locked.
  update ${part(shape, 'tail')} d
  set minus = ${kept('minus')},
      plus = ${kept('plus')}
  where exists (select from unnest(d.minus || d.plus) t (term) where ${isTerm('t.term collate "C"')});
  return null;
end $$;`;
}

export function dropLinkTriggers(shape: Shape): string {
  return shape.bitmap.links
    .flatMap(({ link }, index) =>
      EVENTS.map(
        (event) => `drop trigger ${name(triggerName(shape, event))} on ${name(link)};
drop function ${part(shape, `link_${index + 1}_${event}`)}();`,
      ),
    )
    .join('\n');
}
