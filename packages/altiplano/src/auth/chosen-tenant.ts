import { Failure } from '../errors/failure.ts';
import type { Identity, Tenancies } from '../resource/identity.ts';
import type { Said } from '../resource/tenant-key.ts';

/** Request headers by their names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Chosen {
  /** Null: whatever the user is by itself. */
  readonly said: Said | null;
  /** What is wrong with the headers; it is told once the credential is known to hold. */
  readonly fault: Failure | null;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NOTHING: Chosen = { said: null, fault: null };

/** The tenant that the headers name, among those the user has; whether it has it, the statement says. */
export function readChosen({ tenancies }: Pick<Identity, 'tenancies'>, headers: Headers = {}): Chosen {
  if (tenancies === undefined) return NOTHING;
  const [kind, id] = tenancies.headers.map((header) => headers[header.toLowerCase()]?.toString().trim());
  if (kind === undefined && id === undefined) return NOTHING;
  const problems = problemsOf(tenancies, kind, id);
  if (Object.keys(problems).length === 0) return { said: [kind ?? '', (id ?? '').toLowerCase()], fault: null };
  return { said: null, fault: new Failure('REQ_INVALID', { errors: problems }) };
}

function problemsOf({ headers, kinds }: Tenancies, kind: string | undefined, id: string | undefined) {
  const [kindHeader, idHeader] = headers;
  const problems: Record<string, readonly string[]> = {};
  if (kind === undefined) problems[kindHeader] = [`This header is required beside ${idHeader}.`];
  else if (!kinds.includes(kind)) problems[kindHeader] = [`Must be one of ${kinds.join(', ')}.`];
  if (id === undefined) problems[idHeader] = [`This header is required beside ${kindHeader}.`];
  else if (!UUID.test(id)) problems[idHeader] = ['Must be a UUID.'];
  return problems;
}
