import type { Observation, Observe } from '../observe/observation.ts';
import type { Context } from './command.ts';

/** What a person at the terminal must see of serving; everything else is the log's. */
export function tellServing(context: Context, observation: Observation): void {
  if (observation.kind === 'resource.unavailable')
    context.note(`${observation.resource} cannot be served: ${observation.problem}`);
  if (observation.kind === 'resource.available') context.note(`${observation.resource} is served from now on`);
  if (observation.kind === 'session.replayed')
    context.note(`${observation.app}: a refresh token was used twice, so its session was ended`);
  if (observation.kind === 'password.not_rehashed')
    context.note(`${observation.app}: a password's digest was not made anew: ${observation.problem}`);
}

/** And of folding: the same line again says nothing new. */
export function tellFolding(context: Context): Observe {
  let last = '';
  return (observation) => {
    const line = describe(observation);
    if (line !== null && line !== last) context.note(`worker: ${line}`);
    last = line ?? last;
  };
}

function describe(observation: Observation): string | null {
  switch (observation.kind) {
    case 'folder.leading':
      return observation.leading ? 'folding' : 'no longer folding';
    case 'fold.failed':
      return `${observation.title ?? 'connection'}: ${observation.problem}`;
    case 'job.ran':
      return observation.problem === null ? null : `${observation.job}: ${observation.problem}`;
    case 'jobs.failed':
      return `jobs: ${observation.problem}`;
    case 'chore.failed':
      return `${observation.chore}: ${observation.problem}`;
    case 'fold.pinned': {
      const { title, pid, application, age } = observation;
      const who = `${pid === null ? '' : `pid ${pid} `}${application}`.trim();
      return `${title}: ${who} has kept a snapshot for ${Math.round(age)} s, so what is folded stays`;
    }
    default:
      return null;
  }
}
