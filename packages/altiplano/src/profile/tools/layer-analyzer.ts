import type { Bottleneck, Profile } from '../profile.ts';
import { layerTime, rounded } from './profiling-members.ts';

/** As described: `layer_analyzer`. */
export interface LayerAnalysis {
  readonly request_id: string;
  readonly endpoint: string;
  readonly workspace_id: string | null;
  readonly total_time_ms: number;
  readonly breakdown: {
    readonly middleware_time_ms: number;
    readonly permission_time_ms: number;
    readonly queryset_time_ms: number;
    readonly serializer_time_ms: number;
  };
  /** `io` or `cpu`; `pool`, `shared` or `mixed` where neither would be true. */
  readonly bottleneck_type: Bottleneck['type'];
  readonly bottleneck_layer: string | null;
  readonly recommendations: readonly string[];
}

/** A request checkpoint by checkpoint, and what to do about it. */
export function analyzeLayers(profile: Profile): LayerAnalysis {
  const { id, request, tenant, total, bottleneck, findings } = profile;
  const time = (name: string) => rounded(layerTime(profile, name));
  return {
    request_id: id,
    endpoint: request?.route ?? profile.kind,
    workspace_id: tenant,
    total_time_ms: rounded(total),
    breakdown: {
      middleware_time_ms: time('middleware'),
      permission_time_ms: time('permission'),
      queryset_time_ms: time('queryset'),
      serializer_time_ms: time('serializer'),
    },
    bottleneck_type: bottleneck.type,
    bottleneck_layer: bottleneck.layer,
    recommendations: findings.map(({ title, remedy }) => `${title} - ${remedy.sql ?? remedy.text}`),
  };
}
