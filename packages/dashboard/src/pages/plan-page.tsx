import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { PlanView } from '../plan/plan-view.tsx';
import { parsePlan } from '../plan/read-plan.ts';

/** A plan from anywhere, drawn here: nothing of it is sent anywhere. */
export function PlanPage(): JSX.Element {
  const [text, setText] = useState('');
  const result = text.trim() === '' ? null : parsePlan(text);
  return (
    <main class="page" tabIndex={-1}>
      <h1>Draw a plan</h1>
      <label for="plan-text">
        Paste what <code>EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) …</code> answered. It stays in this page.
      </label>
      <textarea
        id="plan-text"
        data-key="/"
        rows={result !== null && 'plan' in result ? 4 : 14}
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      {result !== null &&
        ('problem' in result ? (
          <p class="note trouble" role="alert">
            {result.problem}
          </p>
        ) : (
          <PlanView
            value={{
              Plan: result.plan.root,
              'Planning Time': result.plan.planning,
              'Execution Time': result.plan.execution,
            }}
          />
        ))}
    </main>
  );
}
