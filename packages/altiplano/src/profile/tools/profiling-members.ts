import { lengthOf } from '../diagnose/intervals.ts';
import type { Profile } from '../profile.ts';

/** Milliseconds as people read them. */
export const rounded = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

/** How long queries took together; of overlapping ones the time counts once. */
export function queryTime({ queries }: Profile): number {
  return lengthOf(queries.map(({ from, pool, database }) => ({ from: from + pool, to: from + pool + database })));
}

export function layerTime({ layers }: Profile, name: string): number {
  return layers.find((layer) => layer.name === name)?.total ?? 0;
}

/** What `_profiling` says in an answer. */
export interface ProfilingMembers {
  readonly query_count: number;
  readonly total_query_time_ms: number;
  readonly serialization_time_ms: number;
  readonly total_time_ms: number;
  readonly request_id: string;
  readonly profile_id: string;
  /** Where all of it lies for an hour, for the same credential. */
  readonly profile_url: string;
}

export function profilingMembers(profile: Profile, requestId: string): ProfilingMembers {
  return {
    query_count: profile.statements,
    total_query_time_ms: rounded(queryTime(profile)),
    serialization_time_ms: rounded(layerTime(profile, 'serializer')),
    total_time_ms: rounded(profile.total),
    request_id: requestId,
    profile_id: profile.id,
    profile_url: `/_altiplano/api/requests/${profile.id}`,
  };
}

/** What a browser's developer tools show as bars. Names are short: some proxies count header bytes. */
export function serverTiming(profile: Profile): string {
  const { layers, statements, total } = profile;
  const parts = [
    ...layers
      .filter(({ name }) => /^[\w-]+$/.test(name))
      .map(({ name, total: time }) => `${name};dur=${rounded(time)}`),
    `db;dur=${rounded(queryTime(profile))};desc="${statements} statement${statements === 1 ? '' : 's'}"`,
    `total;dur=${rounded(total)}`,
  ];
  return parts.join(', ');
}
