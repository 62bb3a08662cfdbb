import type { Rollup } from '../resource/rollup.ts';
import { definitionOf } from './definition.ts';
import type { Finding } from './finding.ts';
import { sameDefinition } from './registry.ts';
import type { RollupStatus, Status } from './status.ts';

/** Declared and in which schema, by the app of that name. */
export interface DeclaredRollup {
  readonly app: string;
  readonly schema: string;
  readonly rollup: Rollup;
}

/** A folder is done within a second; behind by so much, it does not run or does not keep up. */
const LAG_SECONDS = 60;
/** As long as a report may take. */
const PIN_SECONDS = 600;

/** What is wrong with the rollups of these declarations. */
export function judge({ folder, rollups }: Status, declared: readonly DeclaredRollup[]): readonly Finding[] {
  const missing = declared
    .filter(({ schema, rollup }) => !rollups.some((one) => one.schema === schema && one.name === rollup.name))
    .map(({ app, schema, rollup }) =>
      finding('rollup-missing', 'error', `${schema}.${rollup.name}`, 'declared, but not in the database', migrate(app)),
    );
  const found = rollups.flatMap((one) => {
    const declaration = declared.find(({ schema, rollup }) => one.schema === schema && one.name === rollup.name);
    return [...judgeState(one, declaration), ...judgeFolding(one, folder === null)];
  });
  return [...missing, ...found];
}

function judgeState(one: RollupStatus, declaration: DeclaredRollup | undefined): readonly Finding[] {
  if (declaration === undefined) {
    return [
      finding(
        'rollup-left-over',
        'warning',
        one.rollup,
        'kept, but no resource declares it',
        'Drop it in a migration.',
      ),
    ];
  }
  const { app, rollup } = declaration;
  if (!sameDefinition(one.definition, definitionOf(rollup)))
    return [finding('rollup-changed', 'error', one.rollup, 'declared otherwise than it was made', migrate(app))];
  if (one.state === 'ready') return [];
  return [
    finding('rollup-unbuilt', 'error', one.rollup, `is ${one.state}`, `Run \`altiplano rollup build --app ${app}\`.`),
  ];
}

function judgeFolding({ rollup, lag, unfolded, pin }: RollupStatus, nobody: boolean): readonly Finding[] {
  const evidence = `${unfolded} deltas, the oldest waiting for ${Math.round(lag)} s; ${nobody ? 'nobody folds' : 'the folder does not keep up'}`;
  const remedy = nobody
    ? 'Run `altiplano serve` or `altiplano worker`.'
    : 'Its log says what fails; a long transaction that holds parents delays theirs.';
  return [
    ...(lag > LAG_SECONDS ? [finding('rollup-lag', 'warning', rollup, evidence, remedy)] : []),
    ...(pin !== null && pin.age > PIN_SECONDS
      ? [
          finding(
            'rollup-pinned',
            'warning',
            rollup,
            `${pin.pid === null ? '' : `pid ${pin.pid} `}${pin.application} has kept a snapshot for ${Math.round(pin.age)} s, so folded deltas stay`,
            'End the transaction, or the slot if nobody uses it: nothing is wrong but the size of the delta tables.',
          ),
        ]
      : []),
  ];
}

function migrate(app: string): string {
  return `Make a migration with \`altiplano rollup sql --app ${app}\` and run \`altiplano migrate up\`.`;
}

function finding(rule: string, level: Finding['level'], subject: string, evidence: string, remedy: string): Finding {
  return { rule, level, evidence: `${subject}: ${evidence}`, remedy, key: `${rule}:${subject}` };
}
