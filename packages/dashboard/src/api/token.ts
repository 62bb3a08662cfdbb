const KEY = 'altiplano.token';

/** Gone when the tab is closed; other tabs and other pages of this host do not see it in theirs. */
export const readToken = (): string | null => sessionStorage.getItem(KEY);

export function keepToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token.trim().replace(/^Bearer\s+/i, ''));
}
