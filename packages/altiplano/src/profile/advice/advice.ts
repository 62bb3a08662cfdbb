import type { Finding, Rule } from '../finding.ts';
import { fingerprint, shapeOf } from '../fingerprint/fingerprint.ts';
import { identifier } from './conditions.ts';
import type { PlacedNode } from './plan-node.ts';
import type { TableFacts } from './table-facts.ts';

/** Smaller tables are read whole in a few milliseconds, and plans of them say nothing about larger ones. */
export const LEAST_ROWS = 10_000;

/** One query, how the database runs it, and the tables it reads. */
export interface Explained {
  readonly text: string;
  /** Of the queries in the recording that have this shape. */
  readonly ordinals: readonly number[];
  readonly nodes: readonly PlacedNode[];
  readonly tables: readonly TableFacts[];
  /** Bytes that one sort has before it goes to disk; only where the plan sorts. */
  readonly workMemory: number;
  /** Columns that say whose a row is: they come first in an index. */
  readonly tenants: ReadonlySet<string>;
}

export interface Advice {
  readonly rule: Rule;
  readonly level: Finding['level'];
  readonly certainty: Finding['certainty'];
  readonly title: string;
  readonly detail: string;
  readonly figures: Readonly<Record<string, number>>;
  readonly remedy: Finding['remedy'];
  /** What tells it from other advice of its rule. */
  readonly about: string;
}

export type Advise = (explained: Explained) => readonly Advice[];

export function toFinding({ text, ordinals }: Explained, { about, figures, ...advice }: Advice): Finding {
  return {
    ...advice,
    evidence: [{ queries: ordinals, shape: shapeOf(text), site: null, figures }],
    key: [advice.rule, about, fingerprint(text)].join(' '),
  };
}

/** The table a node reads; where two schemas have one of the name, the plan has to say which (VERBOSE). */
export function tableOf({ tables }: Explained, { node }: PlacedNode): TableFacts | null {
  const { 'Relation Name': name, Schema: schema } = node;
  const named = tables.filter(({ table, schema: own }) => table === name && (schema === undefined || schema === own));
  return named.length === 1 ? (named[0] ?? null) : null;
}

export const nameOf = ({ schema, table }: TableFacts): string => `${identifier(schema)}.${identifier(table)}`;

export const count = (value: number): string => Math.round(value).toLocaleString('en');
