export interface Token {
  readonly kind: 'word' | 'keyword' | 'text' | 'number' | 'parameter' | 'comment' | 'other';
  readonly text: string;
}

const KEYWORDS = new Set(
  (
    'select from where and or not in is null as on join left right full inner outer cross lateral using group by order having limit offset ' +
    'distinct union all except intersect with recursive materialized insert into values update set delete returning case when then else end ' +
    'exists any some like ilike between asc desc nulls first last create index concurrently unique table alter add column if for true false ' +
    'begin commit rollback over partition filter within include explain analyze only conflict do nothing cast coalesce'
  ).split(' '),
);

const PATTERN =
  /(--[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^']|'')*'?|\$(?<tag>\w*)\$[\s\S]*?(?:\$\k<tag>\$|$))|(\$\d+)|(\d+(?:\.\d+)?)|("(?:[^"]|"")*"?|[A-Za-z_]\w*)|([\s\S])/g;

/** SQL in pieces to be coloured; put together they are the text again, whatever it was. */
export function tokens(sql: string): readonly Token[] {
  const found: Token[] = [];
  for (const [text, comment, string, , parameter, number, word] of sql.matchAll(PATTERN)) {
    const kind = comment
      ? 'comment'
      : string
        ? 'text'
        : parameter
          ? 'parameter'
          : number
            ? 'number'
            : word
              ? KEYWORDS.has(word.toLowerCase())
                ? 'keyword'
                : 'word'
              : 'other';
    const last = found.at(-1);
    if (last?.kind === 'other' && kind === 'other') found[found.length - 1] = { kind, text: last.text + text };
    else found.push({ kind, text });
  }
  return found;
}
