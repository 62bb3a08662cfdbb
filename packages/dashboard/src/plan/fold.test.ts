import { describe, expect, test } from 'vitest';
import { foldPlan } from './fold.ts';
import { judge } from './judge.ts';
import type { RawNode } from './read-plan.ts';

const node = (time: number, children: readonly RawNode[] = [], more: Record<string, unknown> = {}): RawNode => ({
  'Node Type': 'Append',
  'Total Cost': 1,
  'Plan Rows': 1,
  'Actual Total Time': time,
  'Actual Loops': 1,
  'Actual Rows': 1,
  ...more,
  ...(children.length > 0 ? { Plans: children } : {}),
});
const cheap = (steps: number, more: Record<string, unknown> = {}) =>
  node(
    0.1,
    Array.from({ length: steps }, () => node(0.001, [], more)),
  );
const fold = (root: RawNode) => [...foldPlan(judge(root))].map(([index, { steps }]) => [index, steps]);

describe('folding a plan', () => {
  test('hides what is cheap in a long one', () => {
    expect(fold(node(100, [node(90), cheap(20), cheap(20)]))).toEqual([
      [2, 20],
      [23, 20],
    ]);
  });

  test('hides nothing of a short one', () => {
    expect(fold(node(100, [node(90), cheap(20)]))).toEqual([]);
  });

  test('never hides what there is something to say about', () => {
    const sorted = cheap(20, { 'Sort Space Type': 'Disk' });
    expect(fold(node(100, [node(90), sorted, cheap(20)]))).toEqual([[23, 20]]);
    const idle = cheap(20, { 'Actual Loops': 0, 'Actual Rows': 0 });
    expect(fold(node(100, [node(90), idle, cheap(20)]))).toHaveLength(2);
  });

  test('keeps what is expensive in view, and folds beside it', () => {
    const deep = node(95, [cheap(15), node(90), cheap(15)]);
    expect(fold(node(100, [deep]))).toEqual([
      [2, 15],
      [19, 15],
    ]);
  });
});
