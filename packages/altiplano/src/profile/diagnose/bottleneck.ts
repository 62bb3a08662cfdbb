import type { Bottleneck, LayerTime } from '../profile.ts';
import type { Recording } from '../recording.ts';
import { lengthOf, without } from './intervals.ts';
import { timesOf } from './query-times.ts';

/** Less than this is no verdict but a mixture. */
const DECIDES = 0.6;

/**
 * Where the whole time went, as shares that add up to 1. Waiting for the database is what its queries took together; waiting for
 * a connection what lies outside of that. What is left is this thread's own work, as far as its processor time goes; another
 * request on the same thread makes it nobody's, so then it is `shared`.
 */
export function bottleneckOf(recording: Recording, layers: readonly LayerTime[]): Bottleneck {
  const { duration } = recording;
  if (duration <= 0) return NOTHING;
  const shares = sharesOf(recording);
  const [type, share] = (['io', 'pool', 'cpu', 'shared'] as const)
    .map((name) => [name, shares[name]] as const)
    .reduce((most, one) => (one[1] > most[1] ? one : most));
  return { type: share > DECIDES ? type : 'mixed', layer: heaviest(layers), shares };
}

const NOTHING: Bottleneck = {
  type: 'mixed',
  layer: null,
  shares: { io: 0, pool: 0, cpu: 0, shared: 0, unexplained: 1 },
};

function sharesOf({ duration, queries, processor, shared, blocked }: Recording): Bottleneck['shares'] {
  const times = queries.flatMap((query) => timesOf(query) ?? []);
  const inside = ({ from, to }: { readonly from: number; readonly to: number }) => ({
    from: Math.max(0, from),
    to: Math.min(duration, to),
  });
  const database = times.map((time) => inside(time.database));
  const waited = times.map((time) => inside(time.pool));
  const answered = lengthOf(database);
  // An answer that lay there while the loop was busy with others was not the database's doing.
  const others = Math.min(shared ? blocked : 0, answered);
  const io = answered - others;
  const pool = lengthOf(without(waited, database));
  const left = Math.max(0, duration - answered - pool);
  const work = Math.min(left, processor ?? 0);
  const [cpu, foreign] = shared ? [0, others + work] : [work, others];
  const of = (part: number) => part / duration;
  const known = { io: of(io), pool: of(pool), cpu: of(cpu), shared: of(foreign) };
  const sum = known.io + known.pool + known.cpu + known.shared;
  return { ...known, unexplained: Math.max(0, 1 - sum) };
}

/** The layer with the most time of its own; null when none lasted. */
function heaviest(layers: readonly LayerTime[]): string | null {
  const [first] = [...layers].sort((one, other) => other.own - one.own);
  return first !== undefined && first.own > 0 ? first.name : null;
}
