import { expect, test } from 'vitest';
import { progress } from './progress.ts';

function recorder(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  const report = progress({ isTTY, write: (text: string) => written.push(text) }, () => time);
  const at = (milliseconds: number, done: number, name = 'call', total = 1000) => {
    time = milliseconds;
    report({ name, done, total });
  };
  return { written, at };
}

test('a short step says nothing, a longer one leaves its last line', () => {
  const { written, at } = recorder(false);
  at(0, 0);
  at(500, 1000);
  expect(written).toEqual([]);
  at(1000, 0, 'label');
  at(3000, 1000, 'label');
  expect(written).toEqual(['✓ label: 1,000 in 2.0 s, 500/s\n']);
});

test('off a terminal a plain line at most every five seconds', () => {
  const { written, at } = recorder(false);
  for (let second = 0; second <= 12; second++) at(second * 1000, second * 50);
  expect(written).toEqual([
    'call ██████░░░░░░░░░░░░░░░░░░  25 % 50/s, 15 s left\n',
    'call ████████████░░░░░░░░░░░░  50 % 50/s, 10 s left\n',
  ]);
});

test('a terminal sees one line rewritten at most ten times a second, in colour', () => {
  const { written, at } = recorder(true);
  for (let milliseconds = 0; milliseconds < 2000; milliseconds += 10) at(milliseconds, milliseconds / 4);
  expect(written).toHaveLength(10);
  expect(written.every((line) => line.startsWith('\r\u001b[K') && !line.includes('\n'))).toBe(true);
  expect(written[0]).toContain('\u001b[36m');
  at(2000, 1000);
  expect(written.at(-1)).toContain('✓');
  expect(written.at(-1)?.endsWith('\n')).toBe(true);
});

test('a step of nothing ends at once, and an unfinished one keeps its line', () => {
  const { written, at } = recorder(true);
  at(0, 0, 'call', 0);
  expect(written).toEqual([]);
  at(10, 0, 'label');
  at(1500, 10, 'label');
  at(1600, 0, 'customer');
  expect(written.at(-1)).toBe('\n');
});
