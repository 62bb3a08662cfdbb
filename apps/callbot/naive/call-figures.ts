import { type Database, jsonObject, jsonOf, jsonTimeOf } from 'altiplano/twin';

/** One customer whose figures are asked for, and the instant that stands for now. */
export interface Subject {
  readonly database: Database;
  readonly customerId: string;
  readonly workspaceId: string;
  readonly now: string;
}

/** FROM and WHERE of the customer's calls; `$1` and `$2` are taken. */
function calls(subject: Subject): string {
  return `FROM ${subject.database.table('call')} call
    WHERE call.workspace_id = $1 AND call.customer_id = $2 AND NOT call.is_deleted`;
}

function keys(subject: Subject): string[] {
  return [subject.workspaceId, subject.customerId];
}

/** The number of calls that fulfil a condition, whose operands start at `$3`. */
export function countCalls(subject: Subject, condition = 'TRUE', operands: readonly string[] = []): Promise<string> {
  return subject.database.value(`SELECT count(*)::text AS value ${calls(subject)} AND ${condition}`, [
    ...keys(subject),
    ...operands,
  ]);
}

/** The cost of the calls that fulfil a condition, rounded once, after the division. */
export function costOfCalls(subject: Subject, condition = 'TRUE', operands: readonly string[] = []): Promise<string> {
  // Twenty decimals: a division to fewer could itself round up to a half, and the half would be rounded up again.
  return subject.database.value(
    `SELECT round(coalesce(sum(coalesce(call.billing_rate, 0) * call.duration_seconds), 0)::numeric(60, 20) / 60, 2)::text
     AS value ${calls(subject)} AND ${condition}`,
    [...keys(subject), ...operands],
  );
}

export function totalDurationSeconds(subject: Subject): Promise<string> {
  return subject.database.value(
    `SELECT coalesce(sum(call.duration_seconds), 0)::text AS value ${calls(subject)}`,
    keys(subject),
  );
}

/** In hours, because thirty days of a session's time zone may be an hour longer or shorter. */
export function callsOfLastThirtyDays(subject: Subject): Promise<string> {
  return countCalls(subject, `call.created_at > $3::timestamptz - interval '720 hours'`, [subject.now]);
}

export function costOfThisMonth(subject: Subject): Promise<string> {
  const month = (time: string) => `date_trunc('month', ${time} AT TIME ZONE 'UTC')`;
  return costOfCalls(subject, `${month('call.created_at')} = ${month('$3::timestamptz')}`, [subject.now]);
}

export async function latestCall(subject: Subject): Promise<string> {
  const written = ['id', 'direction', 'status', 'duration', 'call_type', 'sentiment_score'];
  const columns = written.map((column) => `${jsonOf(`call.${column}`)} AS ${column}`);
  const row = await subject.database.row<Record<string, string>>(
    `SELECT ${columns.join(', ')}, ${jsonTimeOf('call.created_at')} AS created_at ${calls(subject)}
     ORDER BY call.created_at DESC, call.id DESC LIMIT 1`,
    keys(subject),
  );
  return row ? jsonObject(Object.entries(row)) : 'null';
}
