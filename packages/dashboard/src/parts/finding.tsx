import type { ComponentChildren, JSX } from 'preact';
import type { Finding } from '../api/types.ts';
import { figure } from '../format/number.ts';
import { Site } from './site.tsx';
import { SqlBlock } from './sql.tsx';
import { Verdict } from './verdicts.tsx';

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
      <p>{detail}</p>
      {evidence.map(({ site, figures }, index) => (
        <p class="evidence" key={index}>
          <Site site={site} />
          {Object.entries(figures).map(([name, value]) => (
            <span key={name} class="evidence-figure">
              {name} <b>{figure(value)}</b>
            </span>
          ))}
        </p>
      ))}
      <p class="remedy">
        <b>What to do:</b> {remedy.text}
      </p>
      {remedy.sql !== null && <SqlBlock text={remedy.sql} what="the statement" />}
      {children}
    </article>
  );
}
