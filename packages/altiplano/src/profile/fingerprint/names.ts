/** Statements that make or use a name for a while, which drivers and ORMs count up: `savepoint sp_17`, `fetch 100 from "C_3"`. */
const NAMING = new Set([
  'savepoint',
  'release',
  'rollback',
  'declare',
  'fetch',
  'move',
  'close',
  'prepare',
  'execute',
  'deallocate',
]);

/** Numbers in those names are 0. */
export function withoutCounters(tokens: string[]): string[] {
  let naming = true;
  return tokens.map((token, at) => {
    if (at === 0 || tokens[at - 1] === ';') naming = NAMING.has(token);
    // Behind DECLARE … FOR and PREPARE … AS comes a statement whose names mean something.
    if (token === 'for' || token === 'as') naming = false;
    return naming && /\d/.test(token) ? token.replace(/\d+/g, '0') : token;
  });
}
