import { entityTag } from '../../sql/etag.ts';
import type { Scope } from '../../sql/scope.ts';
import { commonTable } from '../../sql/text.ts';
import type { IdempotencyKey } from '../change.ts';
import type { WritePlan } from '../plan/plan.ts';
import { hasMoves } from './moves.ts';
import { WRITTEN } from './rows.ts';

/** True once for the whole statement: all or nothing. */
export const READY = 'exists (select from ready)';

/** One row when the caller may enter, nothing is wrong with any item, and the key was not used before. */
export function readyTable(plan: WritePlan): string {
  const { key } = plan;
  const conditions = [
    'e.current',
    'not exists (select from problems)',
    ...(hasMoves(plan) ? ['not exists (select from moves)'] : []),
    ...(key === null ? [] : ['not exists (select from kept)']),
  ];
  return commonTable('ready', `select from entry e where ${conditions.join(' and ')}`);
}

/** What was answered to the key before, if anything: the row `kept`. */
export function keptTables(scope: Scope, { key, target }: Pick<WritePlan, 'key' | 'target'>): readonly string[] {
  if (key === null) return [];
  const bound = [target.schema, key.route, key.key].map((value) => scope.parameters.bind(value, 'text'));
  return [
    commonTable(
      'kept',
      `select k.*\nfrom altiplano.kept_reply(${bound.join(', ')}) k\nwhere (select e.current from entry e)`,
    ),
  ];
}

export function keptColumns({ key }: Pick<WritePlan, 'key'>): readonly string[] {
  if (key === null) return [];
  return [
    ...['fingerprint', 'location', 'items'].map((column) => `(select k.${column} from kept k) as kept_${column}`),
    `(select ${entityTag('k.items')} from kept k) as kept_etag`,
  ];
}

/** Keeps the reply, or fails with ALT02 when another request has used the key meanwhile. */
export function keepReply(
  scope: Scope,
  { target }: Pick<WritePlan, 'target'>,
  key: IdempotencyKey,
  location: string,
  items: string,
): string {
  const bound = [target.schema, key.route, key.key, key.fingerprint].map((value) =>
    scope.parameters.bind(value, 'text'),
  );
  return `altiplano.keep_reply(${[...bound, location, items].join(', ')})`;
}

/** Where the new row will be read. */
export function locationText(scope: Scope, { location, items, numbered }: WritePlan): string {
  const bind = (text: string | null) => scope.parameters.bind(text, 'text');
  if (location === null) return bind(null);
  const { before, after } = location;
  if (!numbered) return bind(`${before}${items[0]?.id}${after}`);
  return `${bind(before)} || (current_setting('${WRITTEN}')::${scope.target.keyType}[])[1] || ${bind(after)}`;
}
