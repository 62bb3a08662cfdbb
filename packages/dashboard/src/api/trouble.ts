/** Why the server's answer is not there, and what the reader can do. */
export interface Trouble {
  readonly kind: 'sign-in' | 'forbidden' | 'missing' | 'server' | 'offline';
  readonly title: string;
  readonly advice: string;
}

export class ApiTrouble extends Error {
  readonly trouble: Trouble;
  constructor(trouble: Trouble) {
    super(trouble.title);
    this.trouble = trouble;
  }
}

export const OFFLINE: Trouble = {
  kind: 'offline',
  title: 'The server does not answer.',
  advice: 'Is it running? This page asks again by itself.',
};

/** From a status and the problem document that came with it, if one did. */
export function troubleOf(status: number, body: unknown): Trouble {
  const [detail, hint] = [textOf(body, 'detail'), textOf(body, 'hint')];
  if (status === 401) {
    return { kind: 'sign-in', title: detail ?? 'A token is needed.', advice: hint ?? 'Sign in with another token.' };
  }
  if (status === 403) {
    return {
      kind: 'forbidden',
      title: detail ?? 'This token may not see profiles.',
      advice: hint ?? 'It takes a token with the scope profile:read.',
    };
  }
  if (status === 404) {
    return {
      kind: 'missing',
      title: detail ?? 'It is no longer there.',
      advice: hint ?? 'Profiles are kept for an hour, and only so many of them.',
    };
  }
  return {
    kind: 'server',
    title: `The server answered ${status}${detail === null ? '.' : `: ${detail}`}`,
    advice: hint ?? 'Its log says why. This page asks again by itself.',
  };
}

function textOf(body: unknown, key: string): string | null {
  if (typeof body !== 'object' || body === null) return null;
  const value = (body as Readonly<Record<string, unknown>>)[key];
  return typeof value === 'string' && value !== '' ? value : null;
}
