/**
 * Every refusal Altiplano can give, as data: one code that never changes its meaning, the HTTP status it becomes,
 * a message that says what was wrong and a hint that says what would be right. `{name}` is filled in by the thrower.
 * `docs/reference/errors.md` is generated from this table and a test compares the two. A retired code stays here with
 * the version that retired it, so that it can never be given a second meaning.
 *
 * Prefix = where it is raised: DECL declaration, MIGR catalog and migrations, ROLLUP kept figures, BITMAP kept terms, AUDIT the trail, ENCRYPTION encrypted columns, AUTH credentials,
 * REQ request, PLAN planning, EXEC execution, EMB embedded server, CLI command line.
 */
export interface CatalogueEntry {
  readonly status: number;
  readonly message: string;
  readonly hint: string;
  readonly retired?: string;
}

const entry = (status: number, message: string, hint: string): CatalogueEntry => ({ status, message, hint });

export const CATALOGUE = {
  DECL_INVALID: entry(500, "Resource '{resource}': {problem}", '{remedy}'),
  DECL_ORDER_NOT_TOTAL: entry(
    500,
    "Resource '{resource}' orders by {order}, which does not end in a unique column",
    "Add the primary key as the last order column, for example '{remedy}': without it two rows can tie and a cursor can skip or repeat one.",
  ),
  DECL_TENANT_MISSING: entry(
    500,
    "Resource '{resource}' does not say whose its rows are",
    "Name the tenant's column in `tenant`, or two of them; if everybody's rows are everybody's, say so: tenant: 'none'.",
  ),
  DECL_ROLLUP_INEXACT: entry(
    500,
    "Rollup '{rollup}' sums column '{column}' of type {type}, which cannot be kept exactly",
    'Sum integers or numeric: what is added to a floating-point sum cannot be taken out of it again without a trace.',
  ),
  MIGR_COLUMN_UNKNOWN: entry(
    503,
    "Resource '{resource}' names column '{column}', which table {table} does not have",
    '{suggestion}',
  ),
  MIGR_TABLE_UNKNOWN: entry(
    503,
    "Resource '{resource}' names table {table}, which the database does not have",
    '{suggestion}',
  ),
  MIGR_FUNCTION_UNKNOWN: entry(
    503,
    "Resource '{resource}' names function {function}, which the database does not have",
    '{suggestion}',
  ),
  MIGR_INDEX_MISSING: entry(
    503,
    "Resource '{resource}' needs an index that table {table} does not have: {columns}",
    'Create it: {ddl}',
  ),
  MIGR_ISOLATION_MISSING: entry(
    503,
    'Table {table} is not isolated by tenant: {problem}',
    'Run `altiplano migrate`, or as the owner: {ddl}',
  ),
  MIGR_NOT_APPLIED: entry(
    503,
    "App '{app}' has migrations that are not applied: {names}",
    'Run `altiplano migrate up --app {app}`.',
  ),
  MIGR_FAILED: entry(500, "Migration '{name}' of app '{app}' failed: {reason}", '{remedy}'),
  MIGR_ORPHANS: entry(
    500,
    '{count} rows of {table} {problem}, for example {example}',
    'Find them: {query} Mend or delete them and run the same command again: it goes on where it stopped.',
  ),
  MIGR_LOCKED: entry(
    500,
    "The step '{step}' got no lock on {table} within {seconds} s, which is held by {blockers}",
    'End that transaction, or wait until it has ended, and run the same command again: it goes on where it stopped.',
  ),
  MIGR_ROLES: entry(
    500,
    'Others may use table {table} and would find it empty once row security is on: {roles}',
    'Say which of them keep full access: `altiplano migrate up {remedy}`; `--keep-role none` when the rest may lose it.',
  ),
  MIGR_ROLE_UNFIT: entry(
    500,
    "Role '{role}' cannot keep full access: {problem}",
    'Name the role that the other program logs in with.',
  ),
  ROLLUP_UNBUILT: entry(
    503,
    "Resource '{resource}' reads rollup {rollup}, which is {state}",
    'Run `altiplano rollup build`: it counts while the tables are written, and the resource is served once it is done.',
  ),
  ROLLUP_CHANGED: entry(
    503,
    "Resource '{resource}' declares rollup {rollup} otherwise than the database keeps it",
    'Make a migration with `altiplano rollup sql`, then run `altiplano migrate up`.',
  ),
  BITMAP_UNBUILT: entry(
    503,
    "Resource '{resource}' is found by bitmap {bitmap}, which is {state}",
    'Run `altiplano bitmap build`: it builds while the tables are written, and the resource is served once it is done.',
  ),
  BITMAP_CHANGED: entry(
    503,
    "Resource '{resource}' declares bitmap {bitmap} otherwise than the database keeps it",
    'Make a migration with `altiplano bitmap sql`, then run `altiplano migrate up`.',
  ),
  SUMMARY_UNBUILT: entry(
    503,
    'Summary {summary} has not been counted.',
    'Run `altiplano summary build`; it is read as soon as that is done.',
  ),
  SUMMARY_CHANGED: entry(
    503,
    'Summary {summary} keeps something else than is declared.',
    'Make a migration with `altiplano summary sql`, then run `altiplano migrate up`.',
  ),
  AUDIT_MISSING: entry(
    503,
    "Resource '{resource}' shows table {table}, whose changes leave no trail: {problem}",
    'Make a migration with `altiplano audit sql`, then run `altiplano migrate up`.',
  ),
  ENCRYPTION_UNSET: entry(
    503,
    'Table {table} has encrypted columns, and the server has no keys.',
    'Set ALTIPLANO_ENCRYPTION_KEYS to the keys they were written with.',
  ),
  ENCRYPTION_KEY_MISSING: entry(
    503,
    "{table}.{column} was encrypted with key '{key}', which the server does not have.",
    'Add it to ALTIPLANO_ENCRYPTION_KEYS, after the current one.',
  ),
  ENCRYPTION_DAMAGED: entry(
    500,
    'A value of {table}.{column} cannot be decrypted.',
    'It was changed outside, or put there from another row; the audit trail and a backup tell more.',
  ),
  AUTH_MISSING: entry(
    401,
    'Authentication credentials were not provided.',
    'Send `Authorization: Bearer <token>`; `altiplano token` prints one.',
  ),
  AUTH_INVALID: entry(
    401,
    'The token is not valid.',
    'It may be mistyped, expired or revoked: refresh it, sign in again, or have `altiplano token` print a new one.',
  ),
  AUTH_CREDENTIALS: entry(
    401,
    'Email or password is not right.',
    'Whether there is such a user is not told; nor whether they may sign in.',
  ),
  AUTH_REFRESH: entry(
    401,
    'The refresh token is not valid.',
    'It was used before, which ended its session, or the session is over: sign in again. Send each token once, and keep the one that came back.',
  ),
  AUTH_SESSION: entry(
    403,
    'This credential belongs to no session.',
    'Sign in to have one; a token or an API key is revoked where it was made.',
  ),
  AUTH_BUSY: entry(503, 'Too many passwords are being checked at once.', 'Try again after the time in `Retry-After`.'),
  AUTH_ATTEMPTS: entry(
    429,
    'Too many attempts to sign in, for this account or from this address.',
    'Try again after the time in `Retry-After`; a session that is open goes on meanwhile.',
  ),
  AUTH_KEYS_UNSET: entry(
    503,
    "Users of '{app}' sign in, and the server has no keys to sign their tokens with.",
    'Set ALTIPLANO_SIGNING_KEYS to `id:key` with 32 random bytes in base64, the same on every node.',
  ),
  AUTH_SESSIONS_UNREACHABLE: entry(503, 'The sessions cannot be reached.', 'Try again in a moment.'),
  AUTH_FORBIDDEN: entry(
    403,
    'You do not have permission to perform this action.',
    'The credential does not reach this {tenant}.',
  ),
  AUTH_SCOPE: entry(
    403,
    'Your role may not create anything here.',
    'A role that sees only its own rows needs to say whose they are: have the user linked to a {column}.',
  ),
  AUTH_PERMISSION: entry(
    403,
    "This needs the scope '{scope}', which the credential does not have.",
    'A role brings its scopes, and a token or an API key may have fewer: ask whoever grants them here.',
  ),
  AUTH_ROW: entry(
    403,
    'You may see this, but not write it, or not so.',
    'Which rows a role may write is a rule of the application; `errors` says which of them it was.',
  ),
  REQ_INVALID: entry(400, 'The request is not valid.', 'See `errors`: each parameter with what would be right.'),
  REQ_URI_TOO_LONG: entry(414, 'The query string is longer than {limit} characters.', 'Send fewer or shorter values.'),
  REQ_NOT_FOUND: entry(404, 'Not found.', 'It does not exist, was deleted, or is not visible to this credential.'),
  REQ_PRECONDITION: entry(
    412,
    'It has changed since: none of the tags in `If-Match` is its tag any more.',
    'Read it again, look at what has changed, and send the change with the new `ETag`.',
  ),
  REQ_CONDITION: entry(
    428,
    'Others change {member} meanwhile: say with `If-Match` what it was.',
    'Read it, and send its `ETag` as `If-Match`, one object at a time; `*` stands for whatever it is by now.',
  ),
  REQ_KEY_REUSED: entry(
    422,
    'This `Idempotency-Key` was used within 24 hours for another request.',
    'Send a new key for a new request; the same key only to repeat the same one, byte for byte and with the same role.',
  ),
  REQ_REFUSED: entry(
    400,
    'The database cannot hold a value of this request.',
    'A number or a document of it is beyond what its column takes; send less.',
  ),
  REQ_CONFLICT: entry(409, '{reason}', 'A rule that the tables keep does not allow it. Nothing was changed.'),
  REQ_STATE: entry(
    409,
    '{member} does not go from {from} to {to}.',
    '`errors` says where it goes from where it is. Nothing was changed.',
  ),
  REQ_REFERRED: entry(409, 'Rows of {table} still refer to it.', 'Change or delete those first. Nothing was changed.'),
  REQ_TAKEN: entry(
    409,
    'Another row has this already: {index} allows it once.',
    'Nothing was changed. Choose another value, or look for the row that has it.',
  ),
  REQ_REPLY_TOO_LARGE: entry(
    400,
    'The reply would be longer than {limit} bytes.',
    'Ask for fewer rows, with a smaller `page_size`; of a write nothing was written: send fewer items.',
  ),
  REQ_PATH_UNKNOWN: entry(404, 'There is nothing at this path.', '{suggestion}'),
  REQ_MALFORMED: entry(400, 'This is not a request: {problem}', 'Send HTTP/1.1 with a Host header.'),
  REQ_EXPECTATION: entry(
    417,
    "'{expectation}' of `Expect` is nothing this server can do.",
    'Send `Expect: 100-continue`, or none.',
  ),
  REQ_HEADERS_TOO_LARGE: entry(
    431,
    'Request line and headers are longer than {limit} bytes together.',
    'Send fewer or shorter headers and parameters.',
  ),
  REQ_METHOD: entry(405, "Method '{method}' not allowed.", 'Allowed here: {allowed}.'),
  REQ_BODY: entry(
    400,
    'The body could not be read: {reason}',
    'Send one JSON document with `Content-Type: application/json`.',
  ),
  REQ_BODY_TOO_LARGE: entry(413, 'The body is larger than {limit} bytes.', 'Send it in several requests.'),
  REQ_MEDIA_TYPE: entry(415, "Unsupported media type '{type}'.", 'Send `application/json`.'),
  EXEC_TIMEOUT: entry(
    503,
    'The database stopped the statement at its time limit.',
    'Ask for less, or try again; `altiplano explain` shows the plan of this request.',
  ),
  EXEC_UNAVAILABLE: entry(503, 'The database cannot be reached.', 'Try again in a moment.'),
  EXEC_OVERLOADED: entry(
    503,
    'Every database connection is busy and the queue is full.',
    'Try again after the time in `Retry-After`.',
  ),
  EXEC_LOCKED: entry(
    503,
    'Somebody else has been changing the same rows for longer than {limit} seconds.',
    'Nothing was changed. Try again in a moment; `select * from pg_locks` shows who holds them.',
  ),
  EXEC_CONFLICT: entry(
    503,
    'Other requests kept changing the same rows at the same time.',
    'Nothing was changed. Try again in a moment.',
  ),
  EXEC_TENANT_MISMATCH: entry(
    500,
    'The tenant of the statement is not the tenant of the session.',
    'This is a defect: please report it with the request id.',
  ),
  EXEC_CANCELLED: entry(499, 'The client closed the request before it was answered.', 'Nothing to do.'),
  EXEC_INTERNAL: entry(500, 'Something went wrong here.', 'Report it with the request id.'),
  SERVER_STOPPING: entry(503, 'The server is stopping.', 'Send the request to another node, or again in a moment.'),
  SERVER_BODIES_FULL: entry(
    503,
    'The bodies of other requests take all the room there is for bodies.',
    'Try again after the time in `Retry-After`.',
  ),
  EMB_UNSUPPORTED: entry(
    500,
    'No embedded PostgreSQL for {platform}-{arch}.',
    'Set DATABASE_URL to a PostgreSQL 15 to 18.',
  ),
  EMB_OTHER_MAJOR: entry(
    500,
    'The data directory {directory} was made by PostgreSQL {found}; this version of Altiplano brings {expected}.',
    'Dump it with the old version and restore it, or move it away to start empty: mv {directory} {directory}.{found}',
  ),
  EMB_START_FAILED: entry(500, 'The embedded PostgreSQL did not start: {reason}', 'Its log is {log}.'),
  CLI_USAGE: entry(2, '{problem}', '{remedy}'),
  CLI_PROFILE_FAILED: entry(1, '{program} could not be profiled: {problem}.', '{said}'),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof CATALOGUE;
