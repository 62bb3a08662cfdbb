import { Failure } from '../../errors/failure.ts';
import { shorten } from '../../request/values.ts';
import { Problems } from '../parse/problems.ts';
import type { PlannedStates, WritePlan } from '../plan/plan.ts';
import { placeOf } from './refusal.ts';
import type { Move } from './rows.ts';

/** Rows that do not go where they are to be brought: what the caller may not do first, then what nobody may. */
export function refusalOfMoves(plan: WritePlan, moves: readonly Move[]): Failure | null {
  const [first] = moves;
  if (first === undefined) return null;
  const machine = ({ member }: Move) => plan.states.find(({ column }) => column === member);
  const barred = moves.find((move) => move.barred);
  if (barred !== undefined) {
    const scope = machine(barred)?.needs[barred.becomes ?? ''] ?? '';
    return new Failure('AUTH_PERMISSION', { values: { scope } });
  }
  const problems = new Problems();
  for (const move of moves) problems.add(placeOf(plan, move.position, move.member), wayOf(machine(move), move));
  const { member, was, becomes } = first;
  const from = was === null ? 'nothing' : `'${was}'`;
  return problems.toFailure('REQ_STATE', { member, from, to: `'${shorten(becomes ?? 'null')}'` });
}

function wayOf(machine: PlannedStates | undefined, { was }: Move): string {
  if (was === null) return `A new one is ${either(machine?.starts ?? [])}.`;
  const ways = machine?.moves[was] ?? [];
  return ways.length === 0 ? `'${was}' is where it ends.` : `From '${was}' it goes to ${either(ways)}.`;
}

const either = (states: readonly string[]): string => states.map((state) => `'${state}'`).join(' or ');
