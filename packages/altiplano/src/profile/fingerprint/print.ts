import { KEYWORDS } from './keywords.ts';

/** Tokens as a text that reads well and gives the same tokens again. */
export function print(tokens: readonly string[]): string {
  let text = '';
  let before: string | undefined;
  for (const token of tokens) {
    if (before !== undefined && spaced(before, token)) text += ' ';
    text += token;
    before = token;
  }
  return text;
}

const TIGHT_BEFORE = new Set([',', ')', ']', ';', '.']);
const TIGHT_AFTER = new Set(['(', '[', '.']);

function spaced(before: string, token: string): boolean {
  if (before === '$' || token === '$' || before === ':' || token === ':') return true;
  if (TIGHT_BEFORE.has(token) || TIGHT_AFTER.has(before)) return false;
  if (before === '::' || token === '::') return before === token || before === ':=' || token === ':=';
  if ((token === '[' && before === 'array') || (token === '(' && before === 'any')) return false;
  if (token === '(' || token === '[') return !isName(before) && before !== ']' && before !== ')';
  return true;
}

function isName(token: string): boolean {
  return /^["a-z_\u0080-\uffff]/.test(token) && !KEYWORDS.has(token);
}
