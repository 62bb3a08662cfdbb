/** What the issue asks for, beside what was measured. */
export interface Target {
  readonly name: string;
  readonly aim: string;
  readonly measured: number | null;
  readonly unit: string;
  readonly met: boolean | null;
  readonly note: string;
}

export function atMost(name: string, aim: number, unit: string, measured: number | null | undefined): Target {
  return target(name, `≤ ${aim} ${unit}`, unit, measured ?? null, (value) => value <= aim);
}

export function atLeast(name: string, aim: number, unit: string, measured: number | null | undefined): Target {
  return target(name, `≥ ${aim} ${unit}`, unit, measured ?? null, (value) => value >= aim);
}

function target(
  name: string,
  aim: string,
  unit: string,
  measured: number | null,
  isMet: (value: number) => boolean,
): Target {
  const met = measured === null ? null : isMet(measured);
  return { name, aim, unit, measured, met, note: met === null ? 'not measured' : met ? 'met' : 'missed' };
}
