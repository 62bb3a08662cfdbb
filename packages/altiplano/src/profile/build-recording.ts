import { now } from './clock.ts';
import { columnHashes, literalHashes, type ParameterHashes, parameterHashes } from './hashed-answer.ts';
import { FULL } from './level.ts';
import { LONGEST, roughShape, withoutValues } from './literals.ts';
import { placesOf } from './places.ts';
import { printParameter } from './print-parameter.ts';
import type { QueryEntry } from './query-entry.ts';
import type { Recorder, ReportedQuery } from './recorder.ts';
import type { CallSite, QueryRecord, Recording } from './recording.ts';
import { rememberSent } from './sent-text.ts';
import { state } from './state.ts';
import { isStatement } from './statement-kind.ts';

/** What was noted while it ran is put together only now, when nobody waits for it any more. */
export function buildRecording(recorder: Recorder): Recording {
  const since = now();
  const { entries, began } = recorder;
  const repeats = repeatedTexts(recorder);
  const showsValues = recorder.rank >= FULL && state.parameters;
  const places = placesOf(entries.filter(isUnderway));
  const queries = entries.map((entry, ordinal) =>
    isUnderway(entry)
      ? describe(entry, ordinal, began, showsValues, repeats, entry.site ?? places.get(entry) ?? null)
      : relative(entry, ordinal, began),
  );
  return {
    id: recorder.id,
    kind: recorder.kind,
    level: recorder.level,
    startedAt: recorder.startedAt,
    duration: (recorder.ended ?? since) - began,
    request: recorder.request,
    queries,
    statements: recorder.statements,
    dropped: recorder.dropped,
    texts: shownTexts(recorder.texts, showsValues),
    layers: [...recorder.layers],
    processor: recorder.used,
    shared: recorder.shared,
    blocked: recorder.blocked,
    own: recorder.own + now() - since,
  };
}

function describe(
  entry: QueryEntry,
  ordinal: number,
  began: number,
  showsValues: boolean,
  repeats: boolean,
  site: CallSite | null,
): QueryRecord {
  const { driver, text, kind, rows, error, connection, transaction, layer, label, values, textHash, valuesHash } =
    entry;
  const isBare = values === null && valuesHash === null;
  // A setting may say whose rows the statements behind it are about.
  const written = isStatement(kind) || kind === 'setting' ? (whole(textHash) ?? literalHashes(text)) : null;
  const hashes = isBare ? written : (whole(valuesHash) ?? parameterHashes(values));
  const query: QueryRecord = {
    ordinal,
    driver,
    text: showsValues ? text : withoutValues(text),
    kind,
    asked: entry.asked - began,
    acquired: after(entry.acquired, began),
    answered: after(entry.answered, began),
    decoded: after(entry.decoded, began),
    rows,
    error,
    parametersHash: hashes?.whole ?? null,
    parameterHashes: hashes?.each ?? null,
    literalsHash: isBare ? null : (written?.whole ?? null),
    parameters: showsValues ? (values ?? []).map(printParameter) : null,
    columnHashes: repeats ? columnHashes(entry.data, entry.columns) : null,
    connection,
    transaction,
    layer,
    site,
    label,
  };
  if (!isBare && query.text !== text && textHash === null && text.length <= LONGEST) rememberSent(query, text);
  return query;
}

function whole(hash: string | null): ParameterHashes | null {
  return hash === null ? null : { whole: hash, each: null };
}

/** Not by its class, of which a process with two copies of this module has two. */
function isUnderway(entry: QueryEntry | ReportedQuery): entry is QueryEntry {
  return 'captured' in entry;
}

function relative(query: ReportedQuery, ordinal: number, began: number): QueryRecord {
  const { asked, acquired, answered, decoded } = query;
  return {
    ...query,
    ordinal,
    asked: after(asked, began),
    acquired: after(acquired, began),
    answered: after(answered, began),
    decoded: after(decoded, began),
  };
}

function after(time: number | null, began: number): number | null {
  return time === null ? null : time - began;
}

function shownTexts(texts: ReadonlyMap<string, number>, showsValues: boolean): ReadonlyMap<string, number> {
  if (showsValues) return new Map(texts);
  const counted = new Map<string, number>();
  for (const [text, times] of texts) {
    const key = withoutValues(text);
    counted.set(key, (counted.get(key) ?? 0) + times);
  }
  return counted;
}

/** Whether a statement was sent twice, values written into it aside: only then may a loop be proved by the rows before it. */
function repeatedTexts({ entries, texts }: Recorder): boolean {
  const shapes = new Set<string>();
  for (const { text, kind } of entries) {
    if (kind !== 'read' && kind !== 'write') continue;
    if ((texts.get(text) ?? 0) > 1) return true;
    const shape = roughShape(text);
    if (shapes.has(shape)) return true;
    shapes.add(shape);
  }
  return false;
}
