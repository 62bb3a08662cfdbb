import { type Appended, objectOf } from '../keep/registered.ts';
import { name as quoted } from '../sql/text.ts';
import { deltasOf, type RegisteredRollup } from './registry.ts';

/**
 * Deltas of one table that no fold has seen, as `from … where …`, with `r` their registration, `d` the delta and `b` its
 * base row. What was settled before is left out first, by the index over writers: usually that is nearly all of the table.
 */
function unfoldedDeltas(rollup: RegisteredRollup, delta: string): string {
  const [tenant, parent] = rollup.key.map(quoted);
  return `from altiplano.rollup r
cross join ${delta} d
left join ${objectOf(rollup)} b on b.${tenant} = d.${tenant} and b.${parent} = d.${parent}
where r.schema_name = $1 and r.name = $2
  and d.writer >= coalesce(pg_snapshot_xmin(r.folded), '0')
  and pg_visible_in_snapshot(d.writer, r.folded) is not true
  and pg_visible_in_snapshot(d.writer, b.folded) is not true`;
}

export function appendedOf(rollup: RegisteredRollup): Appended {
  const { schema, name, generation } = rollup;
  return {
    kind: 'rollup',
    schema,
    name,
    generation,
    tables: deltasOf(rollup),
    notedAt: 'at',
    unfolded: (delta) => unfoldedDeltas(rollup, delta),
  };
}
