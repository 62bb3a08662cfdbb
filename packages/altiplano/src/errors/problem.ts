import { Failure } from './failure.ts';

/** RFC 9457, with `detail` always there as Django REST Framework's clients expect it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint: string;
  readonly errors?: Readonly<Record<string, readonly string[]>>;
  readonly request_id: string;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Reason phrases of RFC 9110; the kind of problem, where `detail` says which. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  417: 'Expectation Failed',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  499: 'Client Closed Request',
  503: 'Service Unavailable',
};

/** Anything thrown → a failure of the catalogue. What nobody foresaw says nothing of itself; it is in the log. */
export function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure('EXEC_INTERNAL', { cause: error });
}

export function toProblem(failure: Failure, requestId: string): Problem {
  const { code, status, hint, errors } = failure;
  return {
    type: `/errors/${code}`,
    title: TITLES[status] ?? 'Internal Server Error',
    status,
    detail: failure.message,
    code,
    hint,
    ...(errors === undefined ? {} : { errors }),
    request_id: requestId,
  };
}

/** Headers a refusal must carry: how to authenticate, when to come back. */
export function problemHeaders(failure: Failure): Readonly<Record<string, string>> {
  return {
    'content-type': PROBLEM_TYPE,
    'cache-control': 'no-store',
    ...(failure.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(failure.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) }),
  };
}
