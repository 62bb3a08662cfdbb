import { existsSync, readFileSync } from 'node:fs';

/** Counts vitest's JSON report. A file that broke before its first test counts as one failure, and so does no report; `failures` names each. */
export function countTests(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, failures: ['no report'] };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests + numTodoTests,
    failures: [...broken.map(({ name }) => name), ...testResults.flatMap(failuresOf)],
  };
}

const failuresOf = ({ name, assertionResults }) =>
  assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => `${name} > ${fullName}\n${beginning(failureMessages[0] ?? '')}`);

/** Enough to see the cause and fast-check's seed and path, without the stack: lines of a counterexample can be very long. */
function beginning(message) {
  const lines = message.split('\n').filter((line) => line !== '' && !/^\s+at /.test(line));
  return lines
    .slice(0, 20)
    .map((line) => `    ${line.slice(0, 1_500)}`)
    .join('\n');
}
