import { lacksScope } from './auth/permission.ts';
import { type Explained, explainStatement } from './execute/explain.ts';
import { sessionOf } from './execute/run.ts';
import type { Service } from './pipeline.ts';
import type { Caller, OpenEnd, Plan } from './plan/plan.ts';
import { planRequest } from './plan/plan-request.ts';
import { parseRequest } from './request/parse-request.ts';
import { emit } from './sql/emit.ts';
import type { Statement } from './sql/statement.ts';

export interface Explanation {
  readonly plan: Plan;
  readonly statement: Statement;
  readonly explained: Explained;
  /** `open`: more than promised, for one of the reasons the plan named; `broken`: for none. */
  readonly bound: 'kept' | 'open' | 'broken';
}

/**
 * What a URL becomes: its plan, its statement, how the database runs it and whether the bound held.
 * @throws REQ_INVALID when the URL is refused
 */
export async function explainUrl(service: Service, caller: Caller, url: URL): Promise<Explanation> {
  const { resource, pool } = service;
  const id = url.pathname.slice(resource.path.length).replace(/^\/|\/$/g, '');
  const { request, refusal } = parseRequest(resource, id === '' ? null : id, url.searchParams, caller.tenant);
  const barred = lacksScope(caller, resource.permissions.read) ?? refusal;
  if (barred !== null) throw barred;
  const plan = planRequest(request, { ...service, caller });
  const statement = emit(plan, service.instant());
  const explain = () => explainStatement(pool, sessionOf(service.identity, caller, request.tenant), statement);
  const first = await explain();
  // A session that missed too many messages of others' DDL forgets its catalog and reads it again, in whatever runs then.
  const explained = judge(plan, first) === 'broken' ? await explain() : first;
  return { plan, statement, explained, bound: judge(plan, explained) };
}

function judge({ bound }: Plan, { buffers, finding, spilled }: Explained): Explanation['bound'] {
  // No reason excuses temporary files: what a request sorts and joins is bounded.
  if (spilled > 0) return 'broken';
  if (buffers <= bound.buffers) return 'kept';
  const excused = (part: OpenEnd['part']) => bound.open.some((end) => end.part === part);
  if (finding > bound.finding && !excused('finding')) return 'broken';
  return bound.open.length > 0 ? 'open' : 'broken';
}
