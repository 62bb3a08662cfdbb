import type { Finding } from '../finding.ts';
import type { Recording } from '../recording.ts';
import type { VerdictSettings } from './settings.ts';
import type { Statement } from './statement.ts';

/** What a rule looks at. */
export interface Looked {
  readonly recording: Recording;
  /** Those that no rule before has claimed. */
  readonly statements: readonly Statement[];
  readonly all: readonly Statement[];
  readonly settings: VerdictSettings;
}

/** A finding and the statements that are explained by it; no rule behind says something else about them. */
export interface Found {
  readonly finding: Finding;
  readonly claims: readonly Statement[];
}

export type Rules = (looked: Looked) => readonly Found[];
