import type { Scenario } from './scenario.ts';
import { callbotRead } from './scenarios/callbot-read/scenario.ts';

export const SCENARIOS: readonly Scenario[] = [callbotRead];
