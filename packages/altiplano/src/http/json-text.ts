import { shorten } from '../request/values.ts';

/** Deeper nesting than any body needs (contract: conventions). */
export const DEEPEST = 32;

/** Elements of one list, members of one object: a bulk request has 100 items, and a resource far fewer members. */
export const WIDEST = 1_000;

/** Values of a body in all: each becomes an object or a text several times over, at some 100 bytes. */
export const MOST_VALUES = 100_000;

/** What makes a text of JSON one to refuse unread. */
export interface Fault {
  /** Members and indexes that lead to it, joined by dots; empty for the document itself. */
  readonly path: string;
  readonly problem: string;
  /** Whether the text may be parsed all the same, for what else it says: not one of too many values. */
  readonly isParseable: boolean;
}

interface Level {
  /** Of an object: the members so far. */
  readonly members: Set<string> | null;
  /** Member or index of the value under way. */
  at: string | number;
  expectsMember: boolean;
  /** Commas so far. */
  commas: number;
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/**
 * A member given twice, too deep a nesting, or too many values. JSON leaves open which of two values counts, and PostgreSQL would drop one
 * in silence. Whether the text is JSON, `JSON.parse` says afterwards: 10 MB of brackets would become as many objects, so
 * too many values are refused at once; of other faults the first is told. Linear.
 */
export function findFault(text: string): Fault | null {
  const levels: Level[] = [];
  let level: Level | undefined;
  let values = 0;
  let noted: Fault | null = null;
  const fault = (problem: string): Fault => ({ path: pathOf(levels), problem, isParseable: true });
  for (let at = 0; at < text.length && values <= MOST_VALUES; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = skipString(text, at);
      if (level?.members != null && level.expectsMember) {
        level.at = readMember(text.slice(at, end));
        if (level.members.has(level.at)) noted ??= fault('Given more than once.');
        level.members.add(level.at);
      }
      at = end - 1;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      values++;
      if (levels.length === DEEPEST) noted ??= fault(`Nested deeper than ${DEEPEST} levels.`);
      const members = code === OPEN_OBJECT ? new Set<string>() : null;
      level = { members, at: members === null ? 0 : '', expectsMember: true, commas: 0 };
      levels.push(level);
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      levels.pop();
      level = levels.at(-1);
    } else if (code === COMMA && level !== undefined) {
      level.expectsMember = true;
      values++;
      level.commas++;
      if (level.commas === WIDEST) return tooMany(pathOf(levels.slice(0, -1)), WIDEST);
      if (typeof level.at === 'number') level.at++;
    } else if (code === COLON && level !== undefined) {
      level.expectsMember = false;
    }
  }
  return values > MOST_VALUES ? tooMany('', MOST_VALUES) : noted;
}

function pathOf(levels: readonly Level[]): string {
  return levels.map(({ at }) => shorten(String(at))).join('.');
}

function tooMany(path: string, most: number): Fault {
  return { path, problem: `${path === '' ? 'it holds' : 'Holds'} more than ${most} values.`, isParseable: false };
}

/** Behind the closing quote; of one that never closes, the end of the text. */
function skipString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at++;
  }
  return text.length;
}

/** Half of the time of a body of many members was spent here; few have an escape in them. */
function readMember(json: string): string {
  if (!json.includes('\\')) return json.slice(1, -1);
  try {
    return String(JSON.parse(json));
  } catch {
    return json; // whoever parses the whole text will say so
  }
}
