import { fingerprint, kindOf } from '../../../src/profile/fingerprint/fingerprint.ts';
import { literalsOf } from '../../../src/profile/literals.ts';
import type { CallSite, QueryRecord, Recording } from '../../../src/profile/recording.ts';
import { isStatement } from '../../../src/profile/statement-kind.ts';

/** What a made-up program asks. Rows are shown as the columns they have. */
export interface Ask {
  readonly text: string;
  readonly parameters?: readonly unknown[];
  readonly rows?: number;
  readonly columns?: Readonly<Record<string, readonly unknown[]>>;
  readonly site?: CallSite;
  readonly took?: number;
  readonly waits?: number;
  /** Milliseconds of the program itself before. */
  readonly after?: number;
  readonly transaction?: number;
  readonly error?: string;
  readonly layer?: string;
}

/** One after the other, or all of one entry at once. */
export type Step = Ask | readonly Ask[];

const GAP = 0.05;

/**
 * The recording that capture makes of it at the level `stacks`: no place of the first time of a shape, no columns of one row, of none where
 * nothing is sent twice; and a connection for each that runs.
 */
export function recordingOf(steps: readonly Step[], facts: Partial<Recording> = {}): Recording {
  const queries: QueryRecord[] = [];
  const texts = new Map<string, number>();
  const shapes = new Map<string, number>();
  let clock = 1;
  for (const step of steps) {
    const asks = Array.isArray(step) ? (step as readonly Ask[]) : [step as Ask];
    const from = clock + Math.max(0, ...asks.map(({ after }) => after ?? 0));
    clock = from;
    asks.forEach((ask, connection) => {
      texts.set(ask.text, (texts.get(ask.text) ?? 0) + 1);
      const shape = fingerprint(ask.text);
      const times = (shapes.get(shape) ?? 0) + 1;
      shapes.set(shape, times);
      const query = queryOf(ask, from + connection * 0.01, connection, times, queries.length);
      queries.push(query);
      clock = Math.max(clock, (query.decoded as number) + GAP);
    });
  }
  const repeats = [...shapes.values()].some((times) => times > 1);
  return {
    id: 'made-up',
    kind: 'request',
    level: 'stacks',
    startedAt: 0,
    duration: clock + 1,
    request: { framework: 'http', method: 'GET', path: '/made-up', route: '/made-up', status: 200 },
    queries: repeats ? queries : queries.map((query) => ({ ...query, columnHashes: null })),
    statements: queries.length,
    dropped: 0,
    texts,
    layers: [],
    processor: 1,
    shared: false,
    blocked: 0,
    own: 0,
    ...facts,
  };
}

function queryOf(ask: Ask, asked: number, connection: number, times: number, ordinal: number): QueryRecord {
  const acquired = asked + (ask.waits ?? 0);
  const answered = acquired + (ask.took ?? 0.5);
  const kind = kindOf(ask.text);
  const rows = ask.rows ?? Math.max(1, ...Object.values(ask.columns ?? {}).map((values) => values.length));
  const given = ask.parameters ?? (isStatement(kind) || kind === 'setting' ? literalsOf(ask.text) : []);
  const each =
    given.length === 0 ? null : given.map((value) => (Array.isArray(value) ? value.map(String) : [String(value)]));
  return {
    ordinal,
    driver: 'pg',
    text: ask.text,
    kind,
    asked,
    acquired,
    answered,
    decoded: answered + 0.01,
    rows,
    error: ask.error ?? null,
    parametersHash: each === null ? null : JSON.stringify(each),
    parameterHashes: each,
    parameters: null,
    columnHashes: kind === 'read' && rows > 1 ? columnHashes(ask.columns) : null,
    connection,
    transaction: ask.transaction ?? null,
    layer: ask.layer ?? null,
    site: times > 1 ? (ask.site ?? null) : null,
    label: null,
  };
}

function columnHashes(columns: Ask['columns']): QueryRecord['columnHashes'] {
  if (columns === undefined) return null;
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, new Set(values.map(String))]));
}

export function siteAt(line: number): CallSite {
  return { file: 'src/made-up.ts', line, column: 9, function: `work${line}` };
}
