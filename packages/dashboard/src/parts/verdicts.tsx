import type { JSX } from 'preact';

interface Described {
  readonly short: string;
  /** `bad` costs more the more data there is; `warn` costs. */
  readonly tone: 'bad' | 'warn';
}

export const RULES: Readonly<Record<string, Described>> = {
  'n-plus-one': { short: 'N+1', tone: 'bad' },
  'write-n-plus-one': { short: 'write N+1', tone: 'bad' },
  'missing-index': { short: 'no index', tone: 'bad' },
  'policy-per-row': { short: 'policy per row', tone: 'bad' },
  duplicate: { short: 'duplicate', tone: 'warn' },
  chatty: { short: 'chatty', tone: 'warn' },
  'could-run-together': { short: 'one by one', tone: 'warn' },
  'slow-query': { short: 'slow', tone: 'warn' },
  'count-as-exists': { short: 'count as exists', tone: 'warn' },
  'deep-offset': { short: 'deep offset', tone: 'warn' },
  'unused-wide-columns': { short: 'wide columns', tone: 'warn' },
  'spilled-sort': { short: 'spilled sort', tone: 'warn' },
  'stale-statistics': { short: 'stale statistics', tone: 'warn' },
  'pool-wait': { short: 'pool wait', tone: 'warn' },
};

export function Verdict({ rule }: { readonly rule: string }): JSX.Element {
  const { short, tone } = RULES[rule] ?? { short: rule, tone: 'warn' };
  return <span class={`badge ${tone}`}>{short}</span>;
}

/** As many as fit beside a path; the rest is counted. */
export function Verdicts({
  rules,
  most = 2,
}: {
  readonly rules: readonly string[];
  readonly most?: number;
}): JSX.Element {
  const left = rules.length - most;
  return (
    <>
      {rules.slice(0, most).map((rule) => (
        <Verdict rule={rule} key={rule} />
      ))}
      {left > 0 && (
        <span class="badge more" title={rules.slice(most).join(', ')}>
          +{left}
        </span>
      )}
    </>
  );
}
