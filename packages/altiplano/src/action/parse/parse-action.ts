import type { Catalog } from '../../catalog/catalog.ts';
import { Failure } from '../../errors/failure.ts';
import { isMessage, NO_KEY, READERS } from '../../request/values.ts';
import type { Action } from '../../resource/action.ts';
import type { IdempotencyKey } from '../../write/change.ts';
import { readWhole, refuseBody } from '../../write/parse/body.ts';
import { readKey } from '../../write/parse/headers.ts';
import { Problems } from '../../write/parse/problems.ts';
import type { ActionCall } from '../call.ts';
import { readCondition } from '../precondition.ts';
import { readAccepted } from './accepted.ts';
import { gotValues } from './got.ts';
import { readQuery } from './query.ts';

export interface ParsedAction {
  readonly parameters: Readonly<Record<string, string>>;
  readonly asked: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly key: IdempotencyKey | null;
  /** Tags of which one has to be the object's; null for no condition. */
  readonly condition: readonly string[] | null;
  /** Stands only for a member: what runs instead asks no more than whether the caller is one. */
  readonly refusal: Failure | null;
}

/**
 * Path, query, headers and body → what the handler gets; everything that is wrong is told at once.
 * @param known parameters of the query string that say the tenant
 * @throws REQ_BODY when there is no object to read
 */
export function parseAction(
  action: Action,
  catalog: Catalog,
  call: ActionCall,
  tenant: string,
  known: readonly string[],
): ParsedAction {
  const problems = new Problems();
  const reader = { catalog, problems };
  const asked = readAccepted(reader, action.query, readQuery(action.query, call.query, known, problems), '');
  const body = readAccepted(reader, action.body ?? {}, objectOf(action, call), '');
  const parameters = Object.fromEntries(
    Object.entries(action.parameters).map(([name, type]) => [name, readParameter(type, call.parameters[name] ?? '')]),
  );
  const condition = readCondition(action, call.ifMatch ?? null, problems);
  const said = { ...call, parameters: { ...call.parameters, ...asked }, route: keyRoute(action) };
  return {
    parameters,
    asked: gotValues(action.query, asked),
    body: gotValues(action.body ?? {}, body),
    key: readKey(said, tenant, problems),
    condition,
    refusal: unheldOf(parameters) ?? faultOf(call) ?? (problems.none ? null : problems.toFailure()),
  };
}

/** No text of the database holds NUL: what is named so is not there. */
function unheldOf(parameters: Readonly<Record<string, string>>): Failure | null {
  return Object.values(parameters).some((text) => text.includes('\0')) ? new Failure('REQ_NOT_FOUND') : null;
}

/** No resource's write is called this. */
const keyRoute = ({ name, method }: Action) => ({ name: `action_${name}`, method });

function objectOf({ body: members }: Action, { body }: ActionCall): ReadonlyMap<string, string> {
  if (members === null) {
    refuseBody(body);
    return new Map();
  }
  // Whoever has nothing to say may send nothing.
  const isOptional = Object.values(members).every(({ required }) => !required);
  return isOptional && (body === null || body.trim() === '') ? new Map() : readWhole(body ?? '');
}

function faultOf({ fault = null }: ActionCall): Failure | null {
  if (fault === null) return null;
  if (fault.path === '') return new Failure('REQ_BODY', { values: { reason: fault.problem } });
  return new Failure('REQ_INVALID', { errors: { [fault.path]: [fault.problem] } });
}

function readParameter(type: 'uuid' | 'bigint' | 'text', text: string): string {
  if (type === 'text') return text;
  const reading = READERS[type](text);
  // No row has that: whoever looks for it finds nothing, in the time of one that is not there.
  return isMessage(reading) ? NO_KEY[type] : reading.value;
}
