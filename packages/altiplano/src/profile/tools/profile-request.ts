import { diagnose } from '../diagnose/diagnose.ts';
import type { Profile } from '../profile.ts';
import { record } from '../scope.ts';
import { findVerdicts } from '../verdict/verdicts.ts';
import { type ProfilingMembers, queryTime, rounded } from './profiling-members.ts';
import { hasRule } from './query-analyzer.ts';

export interface ProfileRequestOptions {
  /** A bearer token; of our own servers one with the scope `profile:read`. */
  readonly token?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Where a URL that is only a path leads. */
  readonly origin?: string;
}

/** As described: `profile_request`. */
export interface ProfiledRequest {
  readonly query_count: number;
  /** As the client saw it, body included. */
  readonly response_time_ms: number;
  readonly total_query_time_ms: number;
  readonly status: number;
  readonly n_plus_one_detected: boolean;
  /** All of it; null where the server does not hand it out. */
  readonly profile: Profile | null;
}

const OURS = 'altiplano-profile';

/**
 * Sends a request and says what it cost. One of our own servers tells it itself (`_profile=true`), wherever it runs; any other has to run in this
 * process, with its driver patched: then all that the process asks of its database meanwhile is counted.
 */
export async function profileRequest(url: string | URL, options: ProfileRequestOptions = {}): Promise<ProfiledRequest> {
  const address = new URL(url, options.origin ?? 'http://127.0.0.1:3000');
  // A server that is not ours may refuse a parameter it does not know.
  if (options.token !== undefined) address.searchParams.set('_profile', 'true');
  const started = performance.now();
  const send = async () => {
    const response = await fetch(address, requestOf(options));
    return { response, text: await response.text(), took: performance.now() - started };
  };
  const { value, recording } = await record('script', send, { level: 'stacks', everything: true });
  const { response, text, took } = value;
  const measured = { response_time_ms: rounded(took), status: response.status };
  const said = response.headers.get(OURS);
  if (said === null) {
    const profile = diagnose(recording, { findings: findVerdicts(recording) });
    return { ...measured, ...countsOf(profile), profile };
  }
  const profile = await fetchProfile(address, said, options);
  if (profile !== null) return { ...measured, ...countsOf(profile), profile };
  const { _profiling: members } = JSON.parse(text) as { readonly _profiling: ProfilingMembers };
  const { query_count, total_query_time_ms } = members;
  return { ...measured, query_count, total_query_time_ms, n_plus_one_detected: false, profile };
}

function requestOf({ method = 'GET', headers = {}, token, body }: ProfileRequestOptions): RequestInit {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return { method, headers: { ...authorization, ...headers }, ...(body === undefined ? {} : { body }) };
}

const countsOf = (profile: Profile) => ({
  query_count: profile.statements,
  total_query_time_ms: rounded(queryTime(profile)),
  n_plus_one_detected: hasRule(profile, 'n-plus-one'),
});

async function fetchProfile(address: URL, id: string, options: ProfileRequestOptions): Promise<Profile | null> {
  const { headers } = requestOf({ ...options, method: 'GET' });
  const response = await fetch(new URL(`/_altiplano/api/requests/${id}`, address), { headers: headers ?? {} });
  return response.ok ? ((await response.json()) as Profile) : null;
}
