import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { count, duration, figure, percent, print } from '../format/number.ts';
import type { PlanNode } from './attribute.ts';
import { type Below, foldPlan } from './fold.ts';
import { detailsOf, type JudgedPlan, judge, type Measured, ownOf, remarks, titleOf } from './judge.ts';
import { readPlan } from './read-plan.ts';

const NAMES: Readonly<Record<Measured, string>> = { time: 'own time', buffers: 'own buffers', cost: 'own cost' };

export function PlanView({ value }: { readonly value: unknown }): JSX.Element {
  const [wanted, setWanted] = useState<Measured | undefined>(undefined);
  const result = useMemo(() => readPlan(value), [value]);
  if ('problem' in result) return <p class="note">{result.problem}</p>;
  const { root, planning, execution } = result.plan;
  const judged = judge(root, wanted);
  const folded = foldPlan(judged);
  return (
    <section class="plan" aria-label="Plan">
      <div class="section-head">
        <h2>Plan</h2>
        {execution !== null && <span>ran {print(duration(execution))}</span>}
        {planning !== null && <span class="quiet">planned in {print(duration(planning))}</span>}
        {!judged.available.includes('time') && <span class="quiet">estimates: it was not run</span>}
        <fieldset class="choice">
          <legend class="said">Compare by</legend>
          {judged.available.map((by) => (
            <label key={by}>
              <input type="radio" name="by" checked={by === judged.by} onChange={() => setWanted(by)} />
              {NAMES[by]}
            </label>
          ))}
        </fieldset>
      </div>
      <div class="plan-scroll">
        <p class="step plan-head" aria-hidden="true">
          <span />
          <span>step</span>
          <span class="numeric">{NAMES[judged.by]}</span>
          <span class="numeric">rows</span>
          <span class="numeric">expected</span>
        </p>
        <ol class="plan-tree" aria-label="Steps of the plan">
          <Step node={judged.root} judged={judged} folded={folded} lines={[]} />
        </ol>
      </div>
    </section>
  );
}

interface StepProps {
  readonly node: PlanNode;
  readonly judged: JudgedPlan;
  readonly folded: ReadonlyMap<number, Below>;
  /** Of each depth above, whether more of its steps follow below this one: then its line goes on. */
  readonly lines: readonly boolean[];
}

function Step({ node, judged, folded, lines }: StepProps): JSX.Element {
  const { by, total, expensive } = judged;
  const [opened, setOpened] = useState(false);
  const below = folded.get(node.index);
  const own = ownOf(node, by);
  const share = total > 0 ? own / total : 0;
  const isWorst = node === expensive && share > 0;
  const { kind, on } = titleOf(node);
  const said = remarks(node);
  return (
    <>
      <li class={`step${isWorst ? ' worst' : ''}`}>
        <Rails lines={lines} />
        <div class="step-what">
          <p class="step-title">
            <span class="said">Level {node.depth + 1}: </span>
            <b>{kind}</b> <span>{on}</span>
            {isWorst && <span class="badge bad">most {by === 'buffers' ? 'buffers' : by}</span>}
            {said.map((remark) => (
              <span class="badge warn" key={remark}>
                {remark}
              </span>
            ))}
          </p>
          {below !== undefined && <Fold below={below} opened={opened} turn={() => setOpened(!opened)} />}
          {detailsOf(node).map(([key, value]) => (
            <p class="step-detail" key={key}>
              {key}: <code>{value}</code>
            </p>
          ))}
        </div>
        <div class="step-own">
          <span class="own-track">
            <i style={{ width: `${Math.max(share * 100, own > 0 ? 1 : 0)}%` }} />
          </span>
          <span class="numeric">{printOwn(own, by)}</span>
          <span class="numeric quiet">{percent(share)}</span>
        </div>
        <span class="numeric">{node.actualRows === null ? '' : count(node.actualRows)}</span>
        <span class="numeric quiet">{count(node.plannedRows * Math.max(node.loops ?? 1, 1))}</span>
      </li>
      {(below === undefined || opened) &&
        node.children.map((child, index) => {
          const goesOn = index < node.children.length - 1;
          return <Step key={child.index} node={child} judged={judged} folded={folded} lines={[...lines, goesOn]} />;
        })}
    </>
  );
}

interface FoldProps {
  readonly below: Below;
  readonly opened: boolean;
  turn(): void;
}

const Fold = ({ below: { steps, share }, opened, turn }: FoldProps): JSX.Element => (
  <button type="button" class="fold" aria-expanded={opened} onClick={turn}>
    {opened ? 'hide' : 'show'} {steps} steps, {percent(share)}
  </button>
);

/** The lines from a step to the one it feeds. */
function Rails({ lines }: { readonly lines: readonly boolean[] }): JSX.Element {
  return (
    <span class="rails" aria-hidden="true">
      {lines.map((goesOn, depth) => {
        const isOwn = depth === lines.length - 1;
        return <i key={depth} class={`${goesOn ? 'on' : ''}${isOwn ? ' own' : ''}`} />;
      })}
    </span>
  );
}

function printOwn(own: number, by: Measured): string {
  if (by === 'time') return print(duration(own));
  return by === 'buffers' ? `${count(own)} pages` : figure(own);
}
