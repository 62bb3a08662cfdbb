import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { RequestLine } from '../api/types.ts';
import { count } from '../format/number.ts';
import { adjust } from '../navigation/use-place.ts';
import { RULES } from '../parts/verdicts.tsx';
import type { Feed } from '../requests/feed.ts';
import { type Filter, isEmpty, NO_FILTER, routeOf } from '../requests/filter.ts';

interface FilterBarProps {
  readonly feed: Feed;
  readonly filter: Filter;
  readonly found: number;
}

const STATUSES = [
  ['2', '2xx'],
  ['3', '3xx'],
  ['4', '4xx'],
  ['5', '5xx'],
  ['none', 'cut off'],
] as const;

export function FilterBar({ feed, filter, found }: FilterBarProps): JSX.Element {
  const { routes, rules } = useMemo(() => choicesOf(feed.lines), [feed.lines]);
  const set = (change: Partial<Filter>): void => adjust({ filter: { ...filter, ...change } });
  return (
    <search class="filters">
      <label>
        <span class="said">Text in method, path, status or id</span>
        <input
          type="search"
          data-key="/"
          placeholder="Find  ( / )"
          value={filter.text}
          spellcheck={false}
          onInput={({ currentTarget }) => set({ text: currentTarget.value })}
        />
      </label>
      <Select
        name="route"
        chosen={filter.route}
        set={(route) => set({ route })}
        choices={routes.map((each) => [each, each])}
      />
      <Select name="status" chosen={filter.status} set={(status) => set({ status })} choices={STATUSES} />
      <Select
        name="finding"
        chosen={filter.verdict}
        set={(verdict) => set({ verdict })}
        choices={[['any', 'any at all'], ...rules.map((rule) => [rule, RULES[rule]?.short ?? rule] as const)]}
      />
      <span class="found">
        {count(found)} of {count(feed.lines.length)}
        {feed.missed > 0 && `, ${count(feed.missed)} came too fast to be listed`}
      </span>
      {!isEmpty(filter) && (
        <button type="button" onClick={() => adjust({ filter: NO_FILTER })}>
          Show all
        </button>
      )}
    </search>
  );
}

interface SelectProps {
  readonly name: string;
  readonly chosen: string;
  readonly choices: readonly (readonly [string, string])[];
  set(value: string): void;
}

function Select({ name, chosen, choices, set }: SelectProps): JSX.Element {
  // What an address asks for is offered, though no request has it.
  const missing = chosen !== '' && !choices.some(([value]) => value === chosen);
  return (
    <select aria-label={name} value={chosen} onChange={({ currentTarget }) => set(currentTarget.value)}>
      <option value="">any {name}</option>
      {missing && <option value={chosen}>{chosen}</option>}
      {choices.map(([value, title]) => (
        <option value={value} key={value}>
          {title}
        </option>
      ))}
    </select>
  );
}

function choicesOf(lines: readonly RequestLine[]) {
  const routes = new Set<string>();
  const rules = new Set<string>();
  for (const line of lines) {
    routes.add(routeOf(line));
    for (const rule of line.verdicts) rules.add(rule);
  }
  return { routes: [...routes].sort(), rules: [...rules].sort() };
}
