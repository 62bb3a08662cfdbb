import type { ComponentChildren, JSX } from 'preact';
import type { Finding } from '../api/types.ts';
import { count, figure } from '../format/number.ts';
import { Prose } from './prose.tsx';
import { Site } from './site.tsx';
import { SqlBlock } from './sql.tsx';
import { Verdict } from './verdicts.tsx';

/** `parentRows` as it is said. */
const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

interface FindingCardProps {
  readonly finding: Finding;
  readonly children?: ComponentChildren;
}

export function FindingCard({ finding, children }: FindingCardProps): JSX.Element {
  const { rule, level, title, detail, certainty, evidence, remedy } = finding;
  return (
    <article class={`finding ${level}`}>
      <header>
        <Verdict rule={rule} />
        <h3>{title}</h3>
        <span class="quiet">{certainty === 'proved' ? 'proved' : 'likely, from counts'}</span>
      </header>
      <p>
        <Prose text={detail} />
      </p>
      {evidence.map(({ site, figures }, index) => (
        <p class="evidence" key={index}>
          <Site site={site} />
          {Object.entries(figures).map(([name, value]) => (
            <span key={name} class="evidence-figure">
              {inWords(name)} <b>{Number.isInteger(value) ? count(value) : figure(value)}</b>
            </span>
          ))}
        </p>
      ))}
      <p class="remedy">
        <b>What to do:</b> <Prose text={remedy.text} />
      </p>
      {remedy.sql !== null && <SqlBlock text={remedy.sql} what="the statement" />}
      {children}
    </article>
  );
}
