import type { QueryRecord } from './recording.ts';

export type StatementKind = QueryRecord['kind'];

const KINDS: Readonly<Record<string, StatementKind>> = {
  select: 'read',
  values: 'read',
  table: 'read',
  insert: 'write',
  update: 'write',
  delete: 'write',
  merge: 'write',
  begin: 'transaction',
  start: 'transaction',
  commit: 'transaction',
  end: 'transaction',
  rollback: 'transaction',
  abort: 'transaction',
  savepoint: 'transaction',
  release: 'transaction',
  set: 'setting',
  reset: 'setting',
  discard: 'setting',
  declare: 'cursor',
  fetch: 'cursor',
  move: 'cursor',
  close: 'cursor',
  create: 'ddl',
  alter: 'ddl',
  drop: 'ddl',
  truncate: 'ddl',
  comment: 'ddl',
  grant: 'ddl',
  revoke: 'ddl',
  reindex: 'ddl',
  refresh: 'ddl',
};

const WRITES_WITHIN =
  /\b(?:insert\s+into|delete\s+from|merge\s+into|update\s+(?:only\s+)?["\w.]+(?:\s+(?:as\s+)?["\w]+)?\s+set)\b/i;
const SETS_ONLY = /^select\s+(?:pg_catalog\.)?set_config\s*\((?![\s\S]*\bfrom\b)/i;
const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|[(;])+/;
/** Texts that a program sends are few; those with values written into them are many, and are forgotten in turns. */
const MOST = 2_000;
/** Longer ones are bulk inserts and come once. */
const LONGEST = 10_000;
const known = new Map<string, StatementKind>();

/**
 * As `fingerprint/` says it, of a text that was never seen before: its tokens and their hash take 28 µs of a text of 450 characters, this takes 1. Programs that
 * write values into their texts have such ones only. By the first word that says it; of several statements, by the first that is neither
 * a transaction's nor a setting.
 */
export function kindOf(text: string): StatementKind {
  const found = text.length > LONGEST ? undefined : known.get(text);
  if (found !== undefined) return found;
  if (known.size >= MOST) known.clear();
  const kind = classify(text);
  if (text.length <= LONGEST) known.set(text, kind);
  return kind;
}

/** What is counted as a statement. */
export function isStatement(kind: StatementKind): boolean {
  return kind !== 'transaction' && kind !== 'setting' && kind !== 'cursor';
}

function classify(text: string): StatementKind {
  let rest = text;
  let first: StatementKind = 'other';
  for (let count = 0; count < 5; count++) {
    rest = rest.replace(LEADING, '');
    if (rest === '') return first;
    const kind = ofOne(rest);
    if (kind !== 'transaction' && kind !== 'setting') return kind;
    if (count === 0) first = kind;
    const end = rest.indexOf(';');
    if (end === -1) return first;
    rest = rest.slice(end + 1);
  }
  return first;
}

function ofOne(text: string): StatementKind {
  const word = /^[a-z]+/i.exec(text)?.[0].toLowerCase() ?? '';
  if (word === 'with') return WRITES_WITHIN.test(text) ? 'write' : 'read';
  if (word === 'select' && SETS_ONLY.test(text)) return 'setting';
  if (word === 'copy') return /\bfrom\s+(?:stdin|program|')/i.test(text.slice(0, 500)) ? 'write' : 'read';
  return KINDS[word] ?? 'other';
}

/** Without the comment of sqlcommenter, which differs with every trace. By position: an expression would go over long blanks again and again. */
export function withoutComment(text: string): string {
  if (!text.includes('*/', Math.max(0, text.length - 8))) return text;
  const kept = text.trimEnd();
  const bare = kept.endsWith(';') ? kept.slice(0, -1).trimEnd() : kept;
  if (!bare.endsWith('*/')) return text;
  return bare.slice(0, bare.lastIndexOf('/*')).trimEnd();
}

/** What becomes of the transaction of the connection that it is sent over. */
export function transactionStep(text: string): 'begins' | 'ends' | null {
  const words = text.replace(LEADING, '').slice(0, 40).toLowerCase();
  if (/^(?:begin|start\s+transaction)\b/.test(words)) return 'begins';
  if (/^(?:commit|end|abort)\b/.test(words)) return 'ends';
  return /^rollback\b(?!\s+(?:(?:work|transaction)\s+)?to\b)/.test(words) ? 'ends' : null;
}
