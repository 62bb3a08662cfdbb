import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Health } from '../api/types.ts';
import { useLive } from '../api/use-live.ts';
import { bytes, count, percent, print } from '../format/number.ts';
import { Bytes, Time } from '../parts/measure.tsx';
import { Loaded } from '../parts/state.tsx';

const EVERY_MS = 5000;

export function HealthPage(): JSX.Element {
  const live = useLive<Health>('health', EVERY_MS);
  return (
    <main class="page" tabIndex={-1}>
      <h1>Health</h1>
      <Loaded live={live}>
        {(health) => (
          <div class="health">
            <Rollups rollups={health.rollups} />
            <Caches caches={health.caches} />
            <Profiling {...health.profiling} />
            <Indexes indexes={health.indexes} />
          </div>
        )}
      </Loaded>
    </main>
  );
}

interface SectionProps {
  readonly title: string;
  readonly said: string;
  /** What is missing, where there is nothing. */
  readonly none: string | null;
  readonly heads: readonly (readonly [title: string, numeric?: boolean])[];
  readonly children: ComponentChildren;
  readonly after?: ComponentChildren;
  readonly wide?: boolean;
}

function Section({ title, said, none, heads, children, after, wide = false }: SectionProps): JSX.Element {
  return (
    <section aria-label={title} class={wide ? 'wide' : ''}>
      <h2>{title}</h2>
      <p class="quiet">{none ?? said}</p>
      {none === null && (
        <div class="scrolls">
          <table>
            <thead>
              <tr>
                {heads.map(([head, numeric]) => (
                  <th scope="col" class={numeric === true ? 'numeric' : ''} key={head}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
      {after}
    </section>
  );
}

const ROLLUPS = [['name'], ['kind'], ['behind', true], ['not folded', true], ['errors', true]] as const;

const Rollups = ({ rollups }: Pick<Health, 'rollups'>): JSX.Element => (
  <Section
    title="Rollups"
    said="Figures are exact all the time; what is not folded yet is added while reading, and makes that slower."
    none={rollups.length === 0 ? 'This program has none.' : null}
    heads={ROLLUPS}
  >
    {rollups.map(({ title, kind, lag, unfolded, errors }) => (
      <tr key={`${kind} ${title}`}>
        <th scope="row">{title}</th>
        <td>{kind}</td>
        <td class="numeric">
          <Time ms={lag} />
        </td>
        <td class="numeric">{count(unfolded)}</td>
        <td class="numeric">{errors === 0 ? <span class="quiet">0</span> : <b class="bad-text">{count(errors)}</b>}</td>
      </tr>
    ))}
  </Section>
);

const CACHES = [['name'], ['hits', true], ['misses', true], ['rate', true], ['']] as const;

const Caches = ({ caches }: Pick<Health, 'caches'>): JSX.Element => (
  <Section
    title="Caches"
    said="Of what was looked for, how much was there."
    none={caches.length === 0 ? 'This program has none.' : null}
    heads={CACHES}
  >
    {caches.map(({ name, hits, misses, rate }) => (
      <tr key={name}>
        <th scope="row">{name}</th>
        <td class="numeric">{count(hits)}</td>
        <td class="numeric">{count(misses)}</td>
        <td class="numeric">{rate === null ? 'not asked yet' : percent(rate)}</td>
        <td class="bar-cell" aria-hidden="true">
          <Meter share={rate ?? 0} />
        </td>
      </tr>
    ))}
  </Section>
);

/** The largest say most; a schema may have hundreds. */
const LARGEST = 20;

const INDEXES = [['table'], ['index'], ['scans', true], ['size', true], ['']] as const;

function Indexes({ indexes }: Pick<Health, 'indexes'>): JSX.Element {
  const [all, setAll] = useState(false);
  const sorted = [...indexes].sort((a, b) => b.bytes - a.bytes);
  const most = Math.max(1, ...sorted.map((each) => each.bytes));
  const whole = sorted.reduce((sum, each) => sum + each.bytes, 0);
  return (
    <Section
      title="Indexes"
      said={`${print(bytes(whole))} in all. Scans are counted since the statistics were last reset; a constraint may need an index that nothing scans.`}
      none={indexes.length === 0 ? 'None were found.' : null}
      heads={INDEXES}
      wide
      after={
        sorted.length > LARGEST && (
          <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? `Only the largest ${LARGEST}` : `All ${count(sorted.length)}`}
          </button>
        )
      }
    >
      {(all ? sorted : sorted.slice(0, LARGEST)).map(({ table, index, bytes: size, scans }) => (
        <tr key={`${table} ${index}`}>
          <th scope="row">{table}</th>
          <td>{index}</td>
          <td class="numeric">{scans === 0 ? <span class="quiet">0</span> : count(scans)}</td>
          <td class="numeric">
            <Bytes size={size} />
          </td>
          <td class="bar-cell" aria-hidden="true">
            <Meter share={size / most} />
          </td>
        </tr>
      ))}
    </Section>
  );
}

const Meter = ({ share }: { readonly share: number }): JSX.Element => (
  <span class="share-meter">
    <i style={{ width: `${share * 100}%` }} />
  </span>
);

const Profiling = ({ level, kept, bytes: size, dropped }: Health['profiling']): JSX.Element => (
  <Section
    title="Profiling"
    said={`Notes at the level “${level}”.`}
    none={null}
    heads={[
      ['kept', true],
      ['memory', true],
      ['dropped', true],
    ]}
  >
    <tr>
      <td class="numeric">{count(kept)} requests</td>
      <td class="numeric">{size === null ? '–' : <Bytes size={size} />}</td>
      <td class="numeric">{dropped === null ? '–' : count(dropped)}</td>
    </tr>
  </Section>
);
