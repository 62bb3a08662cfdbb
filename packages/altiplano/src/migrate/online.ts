/** What a migration is written with: `import { online } from 'altiplano'`. */
export { type Backfill, backfill, forgetBackfill } from './steps/backfill.ts';
export {
  addCheck,
  addForeignKey,
  type Check,
  dropConstraint,
  dropForeignKey,
  type ForeignKey,
  setNotNull,
} from './steps/constraint.ts';
export { createIndex, dropIndex, type IndexDefinition } from './steps/create-index.ts';
export { type Isolation, isolate, unisolate } from './steps/isolate.ts';
export { type Step, type Steps, steps } from './steps/step.ts';
export { type Transaction, transaction } from './steps/transaction.ts';
export { type LockedChange, underLock } from './steps/under-lock.ts';
