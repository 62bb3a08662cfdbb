import type { Scenario } from './scenario.ts';
import { appsRead } from './scenarios/apps-read/scenario.ts';
import { callbotRead } from './scenarios/callbot-read/scenario.ts';
import { callbotScale } from './scenarios/callbot-scale/scenario.ts';
import { fieldScale } from './scenarios/field-scale/scenario.ts';
import { financeRead } from './scenarios/finance-read/scenario.ts';
import { profileOverhead } from './scenarios/profile-overhead/scenario.ts';
import { shopRead } from './scenarios/shop-read/scenario.ts';

export const SCENARIOS: readonly Scenario[] = [
  callbotRead,
  callbotScale,
  appsRead,
  fieldScale,
  shopRead,
  financeRead,
  profileOverhead,
];
