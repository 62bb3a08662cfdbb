import { expect, test } from 'vitest';
import { ownCosts } from './own-cost.ts';
import type { RawNode } from './read-plan.ts';

const node = (type: string, cost: number, children: readonly RawNode[] = [], more: Record<string, unknown> = {}) => ({
  'Node Type': type,
  'Total Cost': cost,
  'Plan Rows': 1,
  ...more,
  Plans: children,
});
const costs = (root: RawNode) => [...ownCosts(root)].map(([each, own]) => [each['Node Type'], own]);

test('is what the steps below leave', () => {
  expect(costs(node('Sort', 100, [node('Seq Scan', 80)]))).toEqual([
    ['Sort', 20],
    ['Seq Scan', 80],
  ]);
});

test('of a limit: it pays for the part it takes', () => {
  const plan = node('Limit', 10, [node('Nested Loop', 1000, [node('Seq Scan', 400)])]);
  expect(costs(plan)).toEqual([
    ['Limit', 0],
    ['Nested Loop', 6],
    ['Seq Scan', 4],
  ]);
});

test('of a nested loop: the inner side for each row of the outer one', () => {
  const outer = node('Seq Scan', 100, [], { 'Plan Rows': 50, 'Parent Relationship': 'Outer' });
  const inner = node('Index Scan', 8, [], { 'Parent Relationship': 'Inner' });
  expect(costs(node('Nested Loop', 510, [outer, inner]))).toEqual([
    ['Nested Loop', 10],
    ['Seq Scan', 100],
    ['Index Scan', 400],
  ]);
});

test('of a WITH: once, where it is declared', () => {
  const declared = node('Seq Scan', 60, [], { 'Subplan Name': 'CTE big', 'Parent Relationship': 'InitPlan' });
  const scan = node('CTE Scan', 5, [], { 'CTE Name': 'big', 'Parent Relationship': 'Outer' });
  expect(costs(node('Sort', 100, [declared, scan]))).toEqual([
    ['Sort', 35],
    ['Seq Scan', 60],
    ['CTE Scan', 5],
  ]);
});

test('adds up to the whole, whatever the plan says', () => {
  const strange = node('Nested Loop', 50, [
    node('Materialize', 40, [node('Seq Scan', 300)], { 'Plan Rows': 1000, 'Parent Relationship': 'Outer' }),
    node('Memoize', 12, [node('Limit', 3, [node('Index Scan', 90)])], { 'Parent Relationship': 'Inner' }),
  ]);
  const sum = [...ownCosts(strange).values()].reduce((total, own) => total + own, 0);
  expect(sum).toBeCloseTo(50, 9);
});
