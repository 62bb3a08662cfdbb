import { Failure } from '../errors/failure.ts';
import type { DeclaredRefusal } from './action.ts';
import type { App } from './app.ts';

type Named = Pick<App, 'resources' | 'actions' | 'jobs' | 'summaries'>;

/**
 * What is kept goes by names: cursors and replies to idempotency keys by those of resources and actions, queued work by those of jobs,
 * refusals by their codes.
 * @throws DECL_INVALID
 */
export function checkNames({ resources, actions = [], jobs = [], summaries = [] }: Named): void {
  for (const [kind, all] of Object.entries({ resource: resources, action: actions, job: jobs, summary: summaries })) {
    const names = all.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) refuse(twice, `is the name of more than one ${kind}`, 'Give each a name of its own.');
  }
  const known = new Map<string, DeclaredRefusal>();
  for (const { name, refusals } of actions) {
    for (const [code, refusal] of Object.entries(refusals)) {
      const { status, message, hint } = known.get(code) ?? refusal;
      if (status !== refusal.status || message !== refusal.message || hint !== refusal.hint)
        refuse(
          name,
          `means something else by ${code} than another action`,
          'A code means one thing: share it or rename it.',
        );
      known.set(code, refusal);
    }
  }
}

function refuse(resource: string, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource, problem, remedy } });
}
