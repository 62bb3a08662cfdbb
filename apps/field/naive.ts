export type { NaiveOptions, NaiveReply, NaiveRequest } from './naive/naive.ts';
export { answerNaively, listVisible } from './naive/naive.ts';
export { reportNaively, type WellnessRow } from './naive/wellness.ts';
