export type { NaiveOptions, NaiveReply, NaiveRequest } from './naive/naive.ts';
export { answerNaively, listVisible } from './naive/naive.ts';
