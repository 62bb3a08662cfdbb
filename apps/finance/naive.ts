export type { NaiveReply, NaiveRequest } from './naive/naive.ts';
export { answerNaively } from './naive/naive.ts';
export { recount } from './naive/recount.ts';
