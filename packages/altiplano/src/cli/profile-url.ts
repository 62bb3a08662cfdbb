import { Failure } from '../errors/failure.ts';
import type { Profile } from '../profile/profile.ts';
import { PROFILE_SCOPE } from '../resource/profile-scopes.ts';
import type { Context, Flags } from './command.ts';
import { profileText } from './profile-text.ts';
import { usage } from './usage.ts';

const TIMEOUT_MILLISECONDS = 120_000;

/** Asks a running server of ours, which tells whoever may know where the time of this very answer went. */
export async function profileUrl(context: Context, flags: Flags, address: string): Promise<number> {
  if (!/^https?:/.test(address) || !URL.canParse(address))
    throw usage(`'${address.slice(0, 80)}' is not a URL.`, "With its origin: 'http://127.0.0.1:3000/api/…'.");
  const token = flags.token ?? context.environment.ALTIPLANO_TOKEN;
  if (typeof token !== 'string')
    throw usage('Say who asks: --token, or ALTIPLANO_TOKEN.', `altiplano token … --scopes …,${PROFILE_SCOPE}`);
  const url = new URL(address);
  url.searchParams.set('_profile', 'true');
  const answered = await ask(url, token);
  const id = answered.headers.get('altiplano-profile');
  if (id === null) throw notProfiled(url, answered.status);
  const told = await ask(new URL(`/_altiplano/api/requests/${encodeURIComponent(id)}`, url), token);
  if (!told.ok) throw failed(url, `its profile ${id} was answered with ${told.status}`, await told.text());
  const profile = (await told.json()) as Profile;
  context.print(profileText(profile), profile);
  return profile.findings.some(({ level }) => level !== 'info') ? 1 : 0;
}

async function ask(url: URL, token: string): Promise<Response> {
  try {
    return await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
  } catch (error) {
    const { message, cause } = error as Error;
    throw failed(url, 'nothing was answered', cause instanceof Error ? cause.message : message);
  }
}

/** The server does not say why, and neither do we guess: who may not know is not told. */
function notProfiled(url: URL, status: number): Failure {
  const hint = `The token needs the scope ${PROFILE_SCOPE}, the server must be one of ours, the path one it serves.`;
  return failed(url, `answered with ${status} and no profile`, hint);
}

function failed(url: URL, problem: string, said: string): Failure {
  return new Failure('CLI_PROFILE_FAILED', {
    values: { program: url.origin + url.pathname, problem, said: said.slice(0, 1000) },
  });
}
