import { Failure } from '../errors/failure.ts';
import type { App } from './app.ts';
import { ATTEMPTS, lifetimesOf, PASSWORD_COST, type PasswordCost } from './sign-in.ts';

const PATH = /^(\/[a-z0-9][a-z0-9-]*)+$/;
/** Of one digest under way. */
const MOST_BYTES = 256 * 1024 * 1024;

/** @throws DECL_INVALID */
export function checkSignIn({ name, identity }: Pick<App, 'name' | 'identity'>): void {
  const { signIn } = identity;
  if (signIn === undefined) return;
  const refuse = (problem: string, remedy: string): never => {
    throw new Failure('DECL_INVALID', { values: { resource: `${name}.signIn`, problem, remedy } });
  };
  if (!PATH.test(signIn.path))
    refuse(`is at ${signIn.path}, which is no path`, "Say it as '/auth', without a slash at the end.");
  const { access, idle, longest } = lifetimesOf(signIn);
  if (!(access >= 60 && access <= 600))
    refuse(
      'has access tokens that are not good for 1 to 10 minutes',
      'What is stolen is good for as long: refresh instead.',
    );
  if (!(idle > 0 && longest >= idle))
    refuse(
      'has sessions that are over before they are idle',
      '`longestDays` is at least `idleDays`, which is above 0.',
    );
  const { account, address, minutes } = signIn.attempts ?? ATTEMPTS;
  if (!([account, address].every((most) => Number.isInteger(most) && most >= 1) && minutes > 0 && minutes <= 1_440))
    refuse(
      'counts attempts in a way that lets nobody in, or everybody',
      '`attempts` is { account: 10, address: 100, minutes: 15 } unless you say otherwise; null counts none.',
    );
  checkCost(signIn.cost ?? PASSWORD_COST, refuse);
}

function checkCost({ ln, r, p }: PasswordCost, refuse: (problem: string, remedy: string) => never): void {
  const isWhole = [ln, r, p].every(Number.isInteger);
  if (!isWhole || ln < 14 || r < 8 || p < 1)
    refuse('has digests that are too cheap to guess', '`cost` is { ln: 14, r: 8, p: 1 } at the least.');
  if (ln > 20 || p > 16 || 128 * 2 ** ln * r > MOST_BYTES)
    refuse(
      'has digests that take more than 256 MB, or too long',
      '`cost` is { ln: 15, r: 8, p: 3 } unless you say otherwise.',
    );
}
