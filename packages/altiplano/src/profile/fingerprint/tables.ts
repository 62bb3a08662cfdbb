import { KEYWORDS } from './keywords.ts';

/** Tables a statement names, without schema; `unknown` where it may reach others: a procedure, a block of code, a table of a function. */
export interface Tables {
  readonly read: ReadonlySet<string>;
  readonly written: ReadonlySet<string>;
  readonly unknown: boolean;
}

const UNKNOWN = new Set(['call', 'do', 'execute']);
const INTO = new Set(['into', 'update', 'truncate']);

/** By the words before a name, so a common table expression counts as a table as well: that errs on the side of "they touch". */
export function tablesOfTokens(tokens: readonly string[]): Tables {
  const read = new Set<string>();
  const written = new Set<string>();
  tokens.forEach((token, at) => {
    const deletes = token === 'from' && tokens[at - 1] === 'delete';
    // `for update`, `for no key update` lock and change nothing; `on conflict do update set` names no table.
    const changes = deletes || (INTO.has(token) && !['for', 'key', 'do'].includes(tokens[at - 1] ?? ''));
    if (changes) add(written, tokens, at + 1);
    else if (token === 'from' || token === 'join' || token === 'using') addList(read, tokens, at + 1);
  });
  if (tokens[0] === 'copy') add(written, tokens, 1);
  return { read, written, unknown: UNKNOWN.has(tokens[0] ?? '') };
}

/** `from a, b as c, d`: names behind commas, each with an alias of two words at most. */
function addList(names: Set<string>, tokens: readonly string[], from: number): void {
  let at = from;
  for (;;) {
    const end = add(names, tokens, at);
    const comma = [end, end + 1, end + 2].find((place) => tokens[place] === ',');
    if (
      end === at ||
      comma === undefined ||
      !tokens.slice(end, comma).every((token) => token === 'as' || isName(token))
    )
      return;
    at = comma + 1;
  }
}

/** The name at a place, the last part of `schema.name`; gives where it ends, the place itself where there is none. */
function add(names: Set<string>, tokens: readonly string[], from: number): number {
  let at = from;
  while (tokens[at] === 'only' || tokens[at] === 'table' || tokens[at] === 'lateral') at += 1;
  while (tokens[at + 1] === '.') at += 2;
  const name = tokens[at];
  if (name === undefined || !isName(name)) return from;
  names.add(name.replace(/^"(.*)"$/, '$1'));
  return at + 1;
}

function isName(token: string): boolean {
  return /^["a-z_\u0080-\uffff]/.test(token) && !KEYWORDS.has(token);
}
