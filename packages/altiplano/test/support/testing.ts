/** What the tests of an app use: a real database, the engine without HTTP, and the statements behind an answer. */
export { newToken } from '../../src/auth/token.ts';
export { issueToken } from '../../src/cli/token.ts';
export { type Engine, type EngineOptions, startEngine } from '../../src/engine.ts';
export { withOwner } from '../../src/execute/owner.ts';
export { type Explanation, explainUrl } from '../../src/explain.ts';
export { ENGINE, migrate } from '../../src/migrate/run.ts';
export { answer, type Call, type Service } from '../../src/pipeline.ts';
export type { Caller } from '../../src/plan/plan.ts';
export type { Reply } from '../../src/respond/reply.ts';
export { type Template, useDatabase } from './database.ts';
