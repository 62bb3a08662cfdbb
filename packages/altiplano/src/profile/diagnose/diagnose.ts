import type { Finding } from '../finding.ts';
import { fingerprint, shapeOf } from '../fingerprint/fingerprint.ts';
import { holdsParameters, withoutValues } from '../literals.ts';
import type { Profile, ProfiledQuery } from '../profile.ts';
import type { QueryRecord, Recording } from '../recording.ts';
import { bottleneckOf } from './bottleneck.ts';
import { layerTimes } from './layers.ts';
import { timesOf } from './query-times.ts';

/** Whose it is and what was found in it. */
export interface DiagnoseOptions {
  readonly findings?: readonly Finding[];
  readonly app?: string | null;
  readonly tenant?: string | null;
  readonly user?: string | null;
  /** Of queries by their ordinals, where they were asked for. */
  readonly plans?: ReadonlyMap<number, unknown>;
}

/** A statement is recognized by its first lines; ones of a megabyte would be what a profile is made of. */
const LONGEST_TEXT = 32_000;
/** What a text ends with that is not whole. */
export const CUT = '…';

/** A recording as it is stored and shown. Pure. */
export function diagnose(recording: Recording, options: DiagnoseOptions = {}): Profile {
  const { findings = [], app = null, tenant = null, user = null, plans = new Map() } = options;
  const layers = layerTimes(recording);
  const verdicts = verdictsByQuery(findings);
  return {
    id: recording.id,
    kind: recording.kind,
    level: recording.level,
    at: new Date(recording.startedAt).toISOString(),
    ...{ app, tenant, user },
    request: recording.request,
    total: recording.duration,
    statements: recording.statements,
    rows: recording.queries.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
    layers,
    bottleneck: bottleneckOf(recording, layers),
    queries: recording.queries.map((query) =>
      profiled(query, verdicts.get(query.ordinal) ?? [], plans.get(query.ordinal) ?? null),
    ),
    dropped: recording.dropped,
    findings,
    own: recording.own,
  };
}

/** Only what a reader may see: no hashes, no connection. */
function profiled(query: QueryRecord, verdicts: readonly string[], plan: unknown): ProfiledQuery {
  const times = timesOf(query);
  const { ordinal, text, kind, rows, error, parameters, layer, label, site } = query;
  return {
    ...{ ordinal, text: cut(shown(query)) },
    fingerprint: fingerprint(text),
    kind,
    from: times?.pool.from ?? 0,
    pool: lasting(times?.pool),
    database: lasting(times?.database),
    decode: lasting(times?.decode),
    ...{ rows, error, parameters, layer, label, site, verdicts, plan },
  };
}

/**
 * Values that are written into a text are somebody's: it is shown without them, and by its shape where it has no parameters either, unless the
 * program's owner asked for parameters. Our own texts hold none.
 */
function shown({ driver, parameters, text }: QueryRecord): string {
  if (driver === 'altiplano' || parameters !== null) return text;
  return holdsParameters(text) ? withoutValues(text) : shapeOf(text);
}

const cut = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}${CUT}` : text);

const lasting = (interval: { readonly from: number; readonly to: number } | undefined): number =>
  interval === undefined ? 0 : interval.to - interval.from;

function verdictsByQuery(findings: readonly Finding[]): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, Set<string>>();
  for (const { rule, evidence } of findings)
    for (const ordinal of evidence.flatMap(({ queries }) => queries))
      found.set(ordinal, (found.get(ordinal) ?? new Set()).add(rule));
  return new Map([...found].map(([ordinal, rules]) => [ordinal, [...rules]]));
}
