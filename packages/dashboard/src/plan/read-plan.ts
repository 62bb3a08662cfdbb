/** A node of EXPLAIN (FORMAT JSON), as far as it is looked at. Everything may be missing: ANALYZE and BUFFERS are asked for or not. */
export interface RawNode {
  readonly 'Node Type': string;
  readonly Plans?: readonly RawNode[];
  readonly [key: string]: unknown;
}

export interface ReadPlan {
  readonly root: RawNode;
  readonly planning: number | null;
  readonly execution: number | null;
}

export type PlanResult = { readonly plan: ReadPlan } | { readonly problem: string };

/** From what somebody pasted. */
export function parsePlan(text: string): PlanResult {
  const trimmed = stripFrame(text);
  if (trimmed === '') return { problem: 'Nothing was pasted.' };
  try {
    return readPlan(JSON.parse(trimmed));
  } catch {
    return {
      problem: /\(cost=\d/.test(trimmed)
        ? 'This is a plan as text. The tree is drawn from JSON: EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) …'
        : 'This is no JSON. Paste what EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) … answered.',
    };
  }
}

/** psql draws a frame around it: a heading, a line, a `+` at the end of each line, the number of rows. */
function stripFrame(text: string): string {
  const begin = text.search(/[[{]/);
  const end = Math.max(text.lastIndexOf(']'), text.lastIndexOf('}'));
  if (begin === -1 || end < begin) return text.trim();
  return text.slice(begin, end + 1).replace(/\s*\+$/gm, '');
}

/** From what the server sent, or from what was parsed: a list with one plan, that plan, or its root alone. */
export function readPlan(value: unknown): PlanResult {
  const outer = Array.isArray(value) ? value[0] : value;
  const root = isRecord(outer) && 'Plan' in outer ? outer.Plan : outer;
  if (!isNode(root)) return { problem: 'There is no "Plan" with a "Node Type" in it.' };
  const time = (key: string): number | null => {
    const found = isRecord(outer) ? outer[key] : null;
    return typeof found === 'number' ? found : null;
  };
  return { plan: { root, planning: time('Planning Time'), execution: time('Execution Time') } };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function isNode(value: unknown): value is RawNode {
  if (!isRecord(value) || typeof value['Node Type'] !== 'string') return false;
  const children = value.Plans;
  return children === undefined || (Array.isArray(children) && children.every(isNode));
}
