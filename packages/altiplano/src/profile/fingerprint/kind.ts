import type { QueryRecord } from '../recording.ts';

type Kind = QueryRecord['kind'];

const KINDS: Readonly<Record<string, Kind>> = {
  ...kinds('read', 'select values table show explain with'),
  ...kinds('write', 'insert update delete merge copy'),
  ...kinds(
    'ddl',
    'create alter drop truncate comment grant revoke reindex vacuum analyze analyse refresh cluster security import reassign',
  ),
  ...kinds('transaction', 'begin start commit end rollback abort savepoint release'),
  ...kinds('setting', 'set reset discard'),
  ...kinds('cursor', 'declare fetch move close'),
};

function kinds(kind: Kind, words: string): Record<string, Kind> {
  return Object.fromEntries(words.split(' ').map((word) => [word, kind]));
}

/** Of several statements in one text: the one that weighs most. */
const WEIGHTS: readonly Kind[] = ['write', 'ddl', 'read', 'other', 'cursor', 'setting', 'transaction'];

/** What a statement is for, by its tokens. */
export function kindOfTokens(tokens: readonly string[]): Kind {
  let gravest: Kind | null = null;
  let start = 0;
  for (let at = 0; at <= tokens.length; at += 1) {
    if (at < tokens.length && tokens[at] !== ';') continue;
    if (at > start) {
      const kind = kindOfOne(tokens.slice(start, at));
      if (gravest === null || WEIGHTS.indexOf(kind) < WEIGHTS.indexOf(gravest)) gravest = kind;
    }
    start = at + 1;
  }
  return gravest ?? 'other';
}

function kindOfOne(tokens: readonly string[]): Kind {
  const first = tokens.find((token) => token !== '(') ?? '';
  if (first === 'with') return writesInside(tokens) ? 'write' : 'read';
  if (first === 'select' && isSettingAlone(tokens)) return 'setting';
  if (first === 'copy') return copies(tokens);
  if (first === 'prepare') return tokens[1] === 'transaction' ? 'transaction' : 'other';
  return KINDS[first] ?? 'other';
}

/** `with gone as (delete …) select …`, `with … insert …`: the word stands where a statement begins. `for update` does not. */
function writesInside(tokens: readonly string[]): boolean {
  return tokens.some((token, at) => {
    if (token !== 'insert' && token !== 'update' && token !== 'delete' && token !== 'merge') return false;
    const before = tokens[at - 1];
    return before === '(' || before === ')';
  });
}

/** `select set_config(…), set_config(…)`: nothing else is asked. */
function isSettingAlone(tokens: readonly string[]): boolean {
  const named = tokens[1] === 'pg_catalog' ? 3 : 1;
  return tokens[named] === 'set_config' && !tokens.includes('from');
}

/** COPY TO reads; it has its direction behind the table or the query in parentheses. */
function copies(tokens: readonly string[]): Kind {
  let depth = 0;
  for (const token of tokens) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 0 && token === 'to') return 'read';
    else if (depth === 0 && token === 'from') return 'write';
  }
  return 'write';
}
