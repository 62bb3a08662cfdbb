/** The public entry `altiplano/profile`: for any Node program; nothing of the engine comes with it. */

export { type AdminAnswer, type AdminCall, type AdminSources, answerAdmin } from './admin/answer.ts';
export { Collector } from './admin/collector.ts';
export { type OpenDashboard, serveDashboard } from './admin/serve-dashboard.ts';
export { DEVELOPER, type Owner, type Viewer } from './admin/viewer.ts';
export { type Advised, type AdviseOptions, adviseQuery, adviseRecording } from './advice/advise.ts';
export { type ExplainOptions, type Explains, explainQuery } from './advice/explain-query.ts';
export { patchPg } from './capture/pg.ts';
export { type DiagnoseOptions, diagnose } from './diagnose/diagnose.ts';
export type { Evidence, Finding, Rule } from './finding.ts';
export { LEVELS } from './level.ts';
export type { Bottleneck, LayerTime, Profile, ProfiledQuery } from './profile.ts';
export type { Answer, Connection, QueryEntry, QueryStart, Wait } from './query-entry.ts';
export type { Recorder, RecordingOptions, ReportedQuery } from './recorder.ts';
export type { CallSite, LayerRecord, Level, QueryRecord, Recording, RequestFacts } from './recording.ts';
export {
  current,
  currentLevel,
  ignore,
  layer,
  onRecording,
  quietly,
  record,
  setLevel,
  startQuery,
  startRecording,
} from './scope.ts';
export { analyzeLayers, type LayerAnalysis } from './tools/layer-analyzer.ts';
export { analyzePermissions, type PermissionAnalysis } from './tools/permission-profiler.ts';
export { type ProfiledRequest, type ProfileRequestOptions, profileRequest } from './tools/profile-request.ts';
export { analyzeQueries, type QueryAnalysis } from './tools/query-analyzer.ts';
export { analyzeSerializer, type SerializerAnalysis } from './tools/serializer-profiler.ts';
export type { VerdictSettings } from './verdict/settings.ts';
export { findVerdicts } from './verdict/verdicts.ts';
