/** The public entry `altiplano/profile`: for any Node program; nothing of the engine comes with it. */

export { patchPg } from './capture/pg.ts';
export type { Evidence, Finding, Rule } from './finding.ts';
export { LEVELS } from './level.ts';
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
