/** Classes of characters as PostgreSQL's lexer has them; all beyond ASCII are letters to it. */
export function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isIdentifierStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80;
}

export function isIdentifierPart(code: number): boolean {
  return isIdentifierStart(code) || isDigit(code) || code === 0x24;
}

const OPERATORS = new Set([...'+-*/<>=~!@#%^&|`?'].map((sign) => sign.charCodeAt(0)));

export function isOperator(code: number): boolean {
  return OPERATORS.has(code);
}
