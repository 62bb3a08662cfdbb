import type { Finding } from '../finding.ts';
import { fingerprint } from '../fingerprint/fingerprint.ts';
import type { QueryRecord, Recording } from '../recording.ts';
import { sentTextOf } from '../sent-text.ts';
import { type Advise, type Explained, toFinding } from './advice.ts';
import { type ExplainOptions, type Explains, explainQuery } from './explain-query.ts';
import { maskedPlan } from './masked-plan.ts';
import { missingIndex } from './missing-index.ts';
import { nodesOf, type PlacedNode, rootOf } from './plan-node.ts';
import { policyPerRow, unusedWideColumns } from './plan-rules.ts';
import { spilledSort } from './spilled-sort.ts';
import { staleStatistics } from './stale-statistics.ts';
import { readTableFacts, readWorkMemory } from './table-facts.ts';

export interface AdviseOptions extends Pick<ExplainOptions, 'enter'> {
  /** Columns that say whose a row is; those that are called so are known. */
  readonly tenants?: readonly string[];
}

export interface Advised {
  readonly plan: unknown;
  readonly findings: readonly Finding[];
}

const RULES: readonly Advise[] = [missingIndex, spilledSort, staleStatistics, policyPerRow, unusedWideColumns];
const TENANTS = [
  'tenant_id',
  'workspace_id',
  'organization_id',
  'organisation_id',
  'account_id',
  'team_id',
  'company_id',
];
/** Shapes of a recording that are explained: those with the most time. */
const MOST_SHAPES = 20;

/** What the plan of one query says against it. Only when somebody asks for it: see `explainQuery`. */
export async function adviseQuery(
  client: Explains,
  { tenants = [], ...options }: AdviseOptions & ExplainOptions,
  ordinals: readonly number[] = [],
): Promise<Advised> {
  const plan = await explainQuery(client, options);
  const root = rootOf(plan);
  if (root === null) return { plan, findings: [] };
  const nodes = nodesOf(root);
  const explained: Explained = {
    ...{ text: options.text, ordinals, nodes, tenants: new Set([...tenants, ...TENANTS]) },
    tables: await readTableFacts(client, tablesOf(nodes)),
    workMemory: nodes.some(({ node }) => node['Node Type'] === 'Sort') ? await readWorkMemory(client) : 0,
  };
  const findings = RULES.flatMap((rule) => rule(explained)).map((advice) => toFinding(explained, advice));
  // A table that is read twice is one to be mended.
  return { plan, findings: [...new Map(findings.map((finding) => [finding.key, finding])).values()] };
}

/** The same for what a recording asked, once for each shape; `plans` are for `diagnose`. What the database refuses to explain is left out. */
export async function adviseRecording(
  client: Explains,
  { queries }: Recording,
  options: AdviseOptions = {},
): Promise<{ readonly findings: readonly Finding[]; readonly plans: ReadonlyMap<number, unknown> }> {
  const plans = new Map<number, unknown>();
  const findings: Finding[] = [];
  for (const [first, ...others] of shapesOf(queries)) {
    const ordinals = [first, ...others].map(({ ordinal }) => ordinal);
    const text = sentTextOf(first);
    const advised = await adviseQuery(client, { ...options, text }, ordinals).catch(() => null);
    if (advised === null) continue;
    const plan = text === first.text ? advised.plan : maskedPlan(advised.plan);
    for (const ordinal of ordinals) plans.set(ordinal, plan);
    findings.push(...advised.findings);
  }
  return { findings, plans };
}

type Group = [QueryRecord, ...QueryRecord[]];

function shapesOf(queries: readonly QueryRecord[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const query of queries.filter(({ kind, error }) => kind === 'read' && error === null)) {
    const shape = fingerprint(query.text);
    const group = groups.get(shape);
    if (group === undefined) groups.set(shape, [query]);
    else group.push(query);
  }
  const took = (group: Group) =>
    group.reduce((sum, { acquired, answered }) => sum + (answered ?? 0) - (acquired ?? 0), 0);
  return [...groups.values()].sort((one, other) => took(other) - took(one)).slice(0, MOST_SHAPES);
}

function tablesOf(nodes: readonly PlacedNode[]): readonly { readonly schema: string; readonly table: string }[] {
  const found = new Map<string, { readonly schema: string; readonly table: string }>();
  for (const { node } of nodes) {
    const { 'Relation Name': table, Schema: schema = '' } = node;
    if (table !== undefined) found.set(`${schema}.${table}`, { schema, table });
  }
  return [...found.values()];
}
