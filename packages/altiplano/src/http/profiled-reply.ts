import type { FastifyRequest } from 'fastify';
import type { RequestFacts } from '../profile/recording.ts';
import type { ProfilingMembers } from '../profile/tools/profiling-members.ts';
import type { Reply } from '../respond/reply.ts';
import { splitTarget } from './address.ts';

/** What is added to an answer. */
export interface Profiled {
  readonly members: { readonly _profiling: ProfilingMembers };
  readonly headers: Readonly<Record<string, string>>;
}

const LONGEST_PATH = 300;

/** Of a repeated parameter the last counts, as everywhere. */
export function asksForProfile(target: string): boolean {
  const [, query] = splitTarget(target);
  return new URLSearchParams(query).getAll('_profile').at(-1) === 'true';
}

/** Of the query string the names only: values are somebody's. */
export function factsOf({ method, raw, routeOptions }: FastifyRequest, status: number): RequestFacts {
  const [path, query] = splitTarget(raw.url ?? '');
  const names = [...new Set(new URLSearchParams(query).keys())].filter((name) => name !== '_profile').join('&');
  const shown = names === '' ? path : `${path}?${names}`;
  return {
    framework: 'altiplano',
    ...{ method, status },
    path: shown.slice(0, LONGEST_PATH),
    route: routeOptions.url ?? path.slice(0, LONGEST_PATH),
  };
}

/** As the last member of the object, if it is one; what came before stays as it came, byte by byte. */
export function answerWith(answered: Reply, profiled: Profiled | null): Reply {
  if (profiled === null) return answered;
  const { status, headers, body } = answered;
  const added = { status, headers: { ...headers, ...profiled.headers } };
  if (!body.startsWith('{') || !body.endsWith('}')) return { ...added, body };
  const members = JSON.stringify(profiled.members).slice(1);
  return { ...added, body: `${body.slice(0, -1)}${body === '{}' ? '' : ','}${members}` };
}

/** Whether somebody's own profile lies in this answer: then it is not what a cache or a tag knows. */
export const isProfiled = ({ headers }: Reply): boolean => 'altiplano-profile' in headers;
