import { rowsOf } from '../../keep/rows-of.ts';
import { indent, list, literal, name } from '../../sql/text.ts';
import { atOf, beginningOf, part, type Shape } from './shape.ts';
import { generation } from './tail.ts';

/** Links say nothing when their row moves, so its statement says it for them. */
export function movedLinks(shape: Shape): string {
  const { bitmap, tenant, at, id } = shape;
  if (bitmap.links.length === 0) return '';
  const [old, fresh] = [rowsOf(bitmap, 'old_rows', 'o'), rowsOf(bitmap, 'new_rows', 'n')];
  // Plans are made for one row and kept: a full join in a subquery of its own is never made row by row against row (`changed`).
  const moved = `(
    select n.${tenant}, n.${id}, ${atOf(shape, 'o')} as old_at, ${atOf(shape, 'n')} as new_at
    from ${old} full join ${fresh} on n.${tenant} = o.${tenant} and n.${id} = o.${id}
    where (o.${id} is null) = (n.${id} is null) and ${atOf(shape, 'o')} is distinct from ${atOf(shape, 'n')}
    offset 0
  ) m`;
  const terms = bitmap.links.map(
    ({ link, parent, target }) => `select ${literal(`${link}=`)} || l.${name(target)} as term
from ${rowsOf(bitmap, name(link), 'l')} where l.${tenant} = m.${tenant} and l.${name(parent)} = m.${id}`,
  );
  return `
    if current_setting('transaction_isolation') <> 'read committed' then
      raise exception 'rows of % are moved under read committed only', tg_table_name using errcode = 'invalid_transaction_state',
        hint = 'Their links move with them, and this snapshot may be older than one: begin isolation level read committed;';
    end if;
    -- Links changed by this very statement are noted by their own triggers where the row stands now, and would be noted twice:
    -- those that come after this one look for the mark, those that came before have left entries.
    perform set_config('altiplano.moved', statement_timestamp()::text, true)
    where exists (select from ${indent(moved).trimStart()});
    if exists (
      select m.${tenant}, m.${id}, m.new_at from ${indent(moved).trimStart()}
      intersect
      select d.${tenant}, d.${id}, d.${at} from ${part(shape, 'tail')} d
      where d.writer = pg_current_xact_id() and d.noted_at >= statement_timestamp() and d.born = 0) then
${indent(refuseBoth(shape), 6)}
    end if;
    insert into ${part(shape, 'tail')} (generation, ${tenant}, ${at}, ${id}, minus, plus)
    select ${indent(generation(shape)).trimStart()},
      m.${tenant}, s.${at}, m.${id}, s.minus, s.plus
    from ${moved}
    cross join lateral (
      select array_agg(k.term) as terms
      from (
${indent(terms.join('\nunion all\n'), 8)}
      ) k
    ) k
    cross join lateral (values (m.old_at, k.terms, null), (m.new_at, null, k.terms)) s (${at}, minus, plus)
    where k.terms is not null;${indent(
      adoption(
        shape,
        `(
    select ${list([tenant, at, id].map((column) => `o.${column}`))}
    from ${old} full join ${fresh} on n.${tenant} = o.${tenant} and n.${id} = o.${id}
    where n.${id} is null
    offset 0
  ) o`,
      ),
    )}`;
}

/**
 * The tail's entries of a row are found by its key. By their writer, which an index has too, a statement of 1,000 rows would
 * read 1,000 for each of them.
 */
export function isOwn(alias: string): string {
  return `${alias}.writer is not distinct from pg_current_xact_id()`;
}

/** One statement that moves a row and changes its links: which of its triggers saw what is not known any more. */
export function refuseBoth({ bitmap, at }: Shape): string {
  return `raise exception 'rows of ${bitmap.table.replaceAll("'", "''")} are moved and linked in statements of their own' using errcode = 'feature_not_supported',
  hint = 'Send the change of ${at.replaceAll("'", "''")} and that of the links one after the other; a transaction may hold both.';`;
}

/** Links that a foreign key took away did not find their row any more: here is where it stood. */
export function adoption(shape: Shape, from = rowsOf(shape.bitmap, 'old_rows', 'o')): string {
  const { bitmap, tenant, at, id } = shape;
  if (bitmap.links.length === 0) return '';
  return `
  update ${part(shape, 'tail')} d set ${at} = o.${at}
  from ${from}
  cross join lateral (
    select e.tableoid as part, e.ctid as entry
    from ${part(shape, 'tail')} e
    where e.${tenant} = o.${tenant} and e.${id} = o.${id} and e.${at} = ${beginningOf(bitmap)[0]} and ${isOwn('e')}
    offset 0
  ) e
  where d.tableoid = e.part and d.ctid = e.entry;`;
}
