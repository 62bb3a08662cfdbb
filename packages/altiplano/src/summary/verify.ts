import { Failure } from '../errors/failure.ts';
import { type OwnerClient, withOwner } from '../execute/owner.ts';
import { lockOf, unlock, waitForLock } from '../keep/lock.ts';
import { sameDefinition, titleOf } from '../keep/registered.ts';
import { inTransaction } from '../keep/transaction.ts';
import type { Summary } from '../resource/summary.ts';
import { readColumnTypes } from '../rollup/column-types.ts';
import { indent, list, name as quoted } from '../sql/text.ts';
import { countAgain } from './build.ts';
import { counted } from './ddl/build.ts';
import { currentFigures } from './ddl/figures.ts';
import { rankedOf, rankingDifferences } from './ddl/ranking.ts';
import { figureNames, keys, type Shape, shapeOf } from './ddl/shape.ts';
import { summaryDefinitionOf } from './definition.ts';
import { type RegisteredSummary, readSummaries } from './registry.ts';

export interface SummaryDifference {
  /** The group's key, as PostgreSQL prints a row. */
  readonly group: string;
  readonly figure: string;
  /** What is shown, and what the rows say; null: the group is not there. */
  readonly kept: string | null;
  readonly counted: string | null;
}

export interface VerifiedSummary {
  readonly summary: string;
  readonly groups: number;
  readonly differences: readonly SummaryDifference[];
  /** Differences that are left after it was counted again. */
  readonly left: readonly SummaryDifference[];
}

/** Differences kept to be shown: where everything is wrong, nobody reads it all. */
const MOST = 10_000;

/**
 * Compares what readers are shown of a summary with a recount of its table, in one snapshot.
 * @throws SUMMARY_UNBUILT, SUMMARY_CHANGED
 */
export async function verifySummary(
  url: string,
  schema: string,
  summary: Summary,
  { repair = false }: { readonly repair?: boolean } = {},
): Promise<VerifiedSummary> {
  return withOwner(url, async (client) => {
    const kept = (await readSummaries(client, schema)).find(({ name }) => name === summary.name);
    const values = { summary: `${schema}.${summary.name}` };
    if (kept === undefined || !sameDefinition(kept.definition, summaryDefinitionOf(summary)))
      throw new Failure('SUMMARY_CHANGED', { values });
    if (kept.state !== 'ready') throw new Failure('SUMMARY_UNBUILT', { values });
    const shape = shapeOf(summary, await readColumnTypes(client, schema, summary.table));
    const { groups, differences } = await compare(client, kept, shape);
    if (!repair || differences.length === 0) return { summary: titleOf(kept), groups, differences, left: differences };
    const lock = lockOf('summary', kept);
    await waitForLock(client, lock);
    await countAgain(client, kept).finally(() => unlock(client, lock));
    return { summary: titleOf(kept), groups, differences, left: (await compare(client, kept, shape)).differences };
  });
}

interface Compared {
  /** Null in the one row that is there when nothing differs. */
  readonly group: string | null;
  readonly kept: readonly (string | null)[] | null;
  readonly counted: readonly (string | null)[] | null;
  readonly groups: number;
}

function compare(client: OwnerClient, { schema }: RegisteredSummary, shape: Shape) {
  return inTransaction(client, async () => {
    await client.query(`set local search_path = ${quoted(schema)}, pg_temp; set local statement_timeout = 0`);
    const { rows } = await client.query<Compared>(comparison(shape));
    const names = ['rows', ...shape.summary.figures.map((figure) => figure.name)];
    const differences = rows.flatMap(({ group, kept, counted: now }) =>
      group === null ? [] : differencesOf(group, names, kept ?? [], now ?? []),
    );
    const ranked = rankedOf(shape);
    if (ranked !== null) {
      const ranking = await client.query<Compared>(rankingDifferences(shape, ranked));
      const ranks = names.map((name) => `ranking.${name}`);
      for (const { group, kept, counted: now } of ranking.rows)
        differences.push(
          ...differencesOf(group ?? '', ranks, kept ?? [], now ?? []).slice(0, MOST - differences.length),
        );
    }
    return { groups: Number(rows[0]?.groups ?? 0), differences };
  });
}

/** A group that is on one side only has figures there alone. */
function differencesOf(
  group: string,
  names: readonly string[],
  kept: readonly (string | null)[],
  now: readonly (string | null)[],
): readonly SummaryDifference[] {
  return names.flatMap((figure, index) => {
    const [one, other] = [kept[index] ?? null, now[index] ?? null];
    return one === other ? [] : [{ group, figure, kept: one, counted: other }];
  });
}

/** A row for each group that differs; where none does, one that says how many groups there are. */
function comparison(shape: Shape): string {
  const figures = figureNames(shape);
  const texts = (alias: string) =>
    `array[${list(figures.map((figure) => `trim_scale(${alias}.${figure}::numeric)::text`))}]`;
  return `with kept as materialized (
${indent(currentFigures(shape, () => [], ['true']))}
), counted as materialized (
${indent(counted(shape))}
), differing as (
  select row(${keys(shape)})::text as "group", ${texts('k')} as kept, ${texts('c')} as counted
  from kept k full join counted c using (${keys(shape)})
  where ${figures.map((figure) => `k.${figure} is distinct from c.${figure}`).join(' or ')}
  order by 1 limit ${MOST}
)
select g.groups::float8 as groups, d.*
from (select count(*) as groups from counted) g left join differing d on true`;
}
