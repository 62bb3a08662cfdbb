import type { Result } from '../../result/result.ts';
import { targetsOf } from './targets.ts';
import type { Volume } from './volume.ts';

/** The targets, one a line, what was missed and what was skipped first. */
export function conclude({ rows, volume }: Result): readonly string[] {
  const targets = targetsOf(rows, (volume as unknown as Volume).customers);
  const missed = targets.filter(({ met }) => met === false);
  const open = targets.filter(({ met }) => met === null);
  const skipped = rows.filter(({ note }) => note?.startsWith('skipped'));
  return [
    `Targets: ${targets.length - missed.length - open.length} met, ${missed.length} missed, ${open.length} not measured`,
    ...missed.map(
      ({ name, aim, measured, unit }) => `  missed  ${name}: ${measured?.toPrecision(3)} ${unit}, aim ${aim}`,
    ),
    ...open.map(({ name }) => `  not measured  ${name}`),
    ...skipped.map((row) => `  ${row.case}: ${row.note}`),
  ];
}
