import type { Finding } from './finding.ts';
import type { FolderSession } from './folder-session.ts';
import type { Pin } from './horizon.ts';
import { type Kind, type Registered, sameDefinition, titleOf } from './registered.ts';
import type { Waiting } from './waiting.ts';

/** Declared and in which schema, by the app of that name. */
export interface Declared {
  readonly app: string;
  readonly schema: string;
  readonly name: string;
  /** As the registry would have it. */
  readonly definition: unknown;
}

export interface Standing extends Waiting, Pick<Registered, 'schema' | 'name' | 'state' | 'definition'> {
  readonly pin: Pin | null;
}

/** A folder is done within a second; behind by so much, it does not run or does not keep up. */
const LAG_SECONDS = 60;
/** As long as a report may take. */
const PIN_SECONDS = 600;

/** What each calls its parts. */
const WORDS = {
  rollup: { entries: 'deltas', held: 'a long transaction that holds parents delays theirs', tables: 'delta tables' },
  summary: { entries: 'deltas', held: 'a long transaction that holds groups delays theirs', tables: 'delta tables' },
  bitmap: { entries: 'entries of the tail', held: 'a merge or a rebuild delays the segments it makes', tables: 'tail' },
} as const;

/** What is wrong with rollups or bitmaps as they stand, compared with these declarations. */
export function judge(
  kind: Kind,
  folder: FolderSession | null,
  standing: readonly Standing[],
  declared: readonly Declared[],
): readonly Finding[] {
  const missing = declared
    .filter(({ schema, name }) => !standing.some((one) => one.schema === schema && one.name === name))
    .map((one) =>
      finding(`${kind}-missing`, 'error', titleOf(one), 'declared, but not in the database', migrate(kind, one.app)),
    );
  const found = standing.flatMap((one) => {
    const declaration = declared.find(({ schema, name }) => one.schema === schema && one.name === name);
    return [...judgeState(kind, one, declaration), ...judgeFolding(kind, one, folder === null)];
  });
  return [...missing, ...found];
}

function judgeState(kind: Kind, one: Standing, declaration: Declared | undefined): readonly Finding[] {
  const title = titleOf(one);
  if (declaration === undefined) {
    const remedy = 'Drop it in a migration.';
    return [finding(`${kind}-left-over`, 'warning', title, 'kept, but no resource declares it', remedy)];
  }
  const { app, definition } = declaration;
  if (!sameDefinition(one.definition, definition))
    return [finding(`${kind}-changed`, 'error', title, 'declared otherwise than it was made', migrate(kind, app))];
  if (one.state === 'ready') return [];
  const remedy = `Run \`altiplano ${kind} build --app ${app}\`.`;
  return [finding(`${kind}-unbuilt`, 'error', title, `is ${one.state}`, remedy)];
}

function judgeFolding(kind: Kind, one: Standing, nobody: boolean): readonly Finding[] {
  const { unfolded, lag, pin, state } = one;
  const title = titleOf(one);
  const words = WORDS[kind];
  const evidence = `${unfolded} ${words.entries}, the oldest waiting for ${Math.round(lag)} s; ${nobody ? 'nobody folds' : 'the folder does not keep up'}`;
  const remedy = nobody ? 'Run `altiplano serve` or `altiplano worker`.' : `Its log says what fails; ${words.held}.`;
  // What is not built is not folded, and says so already.
  const late = lag > LAG_SECONDS && (kind !== 'bitmap' || state === 'ready');
  return [
    ...(late ? [finding(`${kind}-lag`, 'warning', title, evidence, remedy)] : []),
    ...(pin !== null && pin.age > PIN_SECONDS
      ? [
          finding(
            `${kind}-pinned`,
            'warning',
            title,
            `${pin.pid === null ? '' : `pid ${pin.pid} `}${pin.application} has kept a snapshot for ${Math.round(pin.age)} s, so folded ${words.entries} stay`,
            `End the transaction, or the slot if nobody uses it: nothing is wrong but the size of the ${words.tables}.`,
          ),
        ]
      : []),
  ];
}

function migrate(kind: Kind, app: string): string {
  return `Make a migration with \`altiplano ${kind} sql --app ${app}\` and run \`altiplano migrate up\`.`;
}

function finding(rule: string, level: Finding['level'], subject: string, evidence: string, remedy: string): Finding {
  return { rule, level, evidence: `${subject}: ${evidence}`, remedy, key: `${rule}:${subject}` };
}
