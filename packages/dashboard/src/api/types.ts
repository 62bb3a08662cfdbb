/** What the server sends. Types only: nothing of the server is in the page. */
export type {
  Health,
  PlansLookedAt,
  Recommendation,
  RecommendationList,
  RequestLine,
  RequestList,
  Route,
  RouteList,
  RouteMinute,
  Shape,
  ShapeList,
} from '../../../altiplano/src/profile/admin-api.ts';
export type { Evidence, Finding } from '../../../altiplano/src/profile/finding.ts';
export type { Bottleneck, LayerTime, Profile, ProfiledQuery } from '../../../altiplano/src/profile/profile.ts';
export type { CallSite, Interval } from '../../../altiplano/src/profile/recording.ts';
