/** What naive twins share, `altiplano/twin`: reading values and writing JSON text. Nothing of the engine is in it. */
export {
  type Bind,
  type Condition,
  compared,
  isNull,
  negated,
  noneOf,
  oneOf,
  whereAll,
} from './conditions.ts';
export { Database } from './database.ts';
export { fold } from './fold.ts';
export { readInstant } from './instants.ts';
export { jsonArray, jsonObject, jsonOf, jsonTimeOf, timeOf } from './json-text.ts';
export { lastValue, type Parameters, parseQueryString } from './query-string.ts';
export { readSearchText, type Search, searchRows } from './ranked.ts';
export { MalformedValue, Refusal } from './refusal.ts';
export {
  isUuid,
  readAttribute,
  readBoolean,
  readList,
  readNumber,
  readOffset,
  readPageSize,
  readSearch,
  readUuid,
  readUuidList,
  refuseNul,
} from './values.ts';
