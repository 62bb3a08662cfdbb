import { findSourceMap } from 'node:module';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallSite } from './recording.ts';

/** What a stack was captured into; V8 prints it only when it is read, which is the dear part. */
export interface Captured {
  stack?: unknown;
}

/** Drivers and builders stand between the program and us with some twenty frames. */
const DEPTH = 50;
/** src/ or dist/ of this package: the engine's own frames are nobody's code. */
const OWN = fileURLToPath(new URL('..', import.meta.url));
/** Packages between a program and its database, or between it and its requests. */
const LIBRARIES = new RegExp(
  `^(?:${[
    'pg|pg-.*|postgres|knex|tarn|objection|bookshelf|kysely.*|drizzle-orm|typeorm|sequelize.*|@sequelize/.*|@prisma/.*|prisma',
    '@?mikro-orm/.*|slonik|massive|spex|generic-pool|bluebird|async|retry-as-promised|p-.*|dataloader|rxjs|tslib',
    'express.*|router|koa|koa-compose|@koa/.*|fastify.*|@fastify/.*|avvio|hono|@hono/.*|@nestjs/.*|body-parser|next|on-finished',
    'require-in-the-middle|import-in-the-middle|tsx|regenerator-runtime|@babel/.*',
  ].join('|')})$`,
);
const MOST_KNOWN = 5_000;
const known = new Map<string, CallSite>();

/** The stack above `below`, unread. */
export function capture(below: (...parameters: never[]) => unknown): Captured {
  const holder: Captured = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEPTH;
  Error.captureStackTrace(holder, below);
  Error.stackTraceLimit = limit;
  return holder;
}

/**
 * The frames of the program's own code, the innermost first; of a program that is itself installed as a package, those of no library
 * between it and its database. Each is looked at when it is asked for.
 */
export class Stack {
  readonly #frames: readonly NodeJS.CallSite[];
  readonly #prepare: Prepare;
  readonly #whose: Whose;
  readonly #sites: CallSite[] = [];
  #next: number;

  /** Once for each holder: V8 tells of its frames the first time only. */
  constructor(holder: Captured) {
    this.#prepare = Error.prepareStackTrace;
    this.#frames = framesOf(holder);
    const first = this.#frames.findIndex((frame) => whoseFrame(frame) === 'program');
    this.#whose = first < 0 ? 'package' : 'program';
    this.#next = Math.max(0, first);
  }

  /** The same object for the same position; null beyond the last. */
  at(index: number): CallSite | null {
    while (this.#sites.length <= index) {
      const frame = this.#frames[this.#next];
      if (frame === undefined) return null;
      this.#next += 1;
      if (whoseFrame(frame) === this.#whose) this.#sites.push(describe(frame, this.#prepare));
    }
    return this.#sites[index] ?? null;
  }
}

function framesOf(holder: Captured): readonly NodeJS.CallSite[] {
  const before = Error.prepareStackTrace;
  let frames: readonly NodeJS.CallSite[] = [];
  Error.prepareStackTrace = (_, read) => {
    frames = read;
    return '';
  };
  try {
    void holder.stack;
    return frames;
  } finally {
    Error.prepareStackTrace = before;
  }
}

/** The innermost frame of the program's own code, of a stack that is text already. */
export function siteOfText(stack: string): CallSite | null {
  for (const line of stack.split('\n').slice(1)) {
    const match = FRAME.exec(line);
    if (match?.[2] === undefined || whoseFile(match[2]) !== 'program') continue;
    const name = match[1]?.replace(/^new /, '').replace(/^(?:Object|Module)\./, '') ?? null;
    return { file: shown(pathOf(match[2])), line: Number(match[3]), column: Number(match[4]), function: name };
  }
  return null;
}

const FRAME = /^\s*at (?:async )?(?:(.+?) \()?(.+?):(\d+):(\d+)\)?$/;

type Prepare = typeof Error.prepareStackTrace;

/** Of the program, of a package that is no library, or of neither. */
type Whose = 'program' | 'package' | 'nobody';

/** A program has some hundred files, and each is asked for thousands of times. */
const files = new Map<string, Whose>();

function whoseFrame(frame: NodeJS.CallSite): Whose {
  const file = frame.getFileName();
  return file ? whoseFile(file) : 'nobody';
}

function whoseFile(file: string): Whose {
  const known = files.get(file);
  if (known !== undefined) return known;
  if (files.size >= MOST_KNOWN) files.clear();
  const whose = classify(file);
  files.set(file, whose);
  return whose;
}

function classify(file: string): Whose {
  if (file.startsWith('node:') || file.startsWith('wasm:') || pathOf(file).startsWith(OWN)) return 'nobody';
  const packaged = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1];
  if (packaged === undefined) return 'program';
  return LIBRARIES.test(packaged.replace('\\', '/')) ? 'nobody' : 'package';
}

function describe(frame: NodeJS.CallSite, prepare: Prepare): CallSite {
  const file = frame.getFileName() ?? '';
  const [line, column] = [frame.getLineNumber() ?? 0, frame.getColumnNumber() ?? 0];
  const key = `${file}:${line}:${column}`;
  const seen = known.get(key);
  if (seen !== undefined) return seen;
  if (known.size >= MOST_KNOWN) known.clear();
  const name = frame.getFunctionName();
  const place = byPreparer(frame, prepare) ?? bySourceMap(file, line, column) ?? { file, line, column };
  const site = { ...place, file: shown(pathOf(place.file)), function: name };
  known.set(key, site);
  return site;
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** vitest and source-map-support print frames by themselves, and know the sources that Node does not. */
function byPreparer(frame: NodeJS.CallSite, prepare: Prepare): Place | null {
  if (prepare === undefined) return null;
  try {
    const text = String(prepare(new Error(), [frame]));
    const match = /(?:\(|at async |at |^async |^)((?:file:\/\/)?[^()\n]+?):(\d+):(\d+)\)?\s*$/.exec(text);
    return match?.[1] === undefined ? null : { file: match[1], line: Number(match[2]), column: Number(match[3]) };
  } catch {
    return null;
  }
}

/** Node keeps them when it runs with `--enable-source-maps` or below a loader that asked for them. */
function bySourceMap(file: string, line: number, column: number): Place | null {
  const entry = findSourceMap(file)?.findEntry(line - 1, column - 1);
  if (entry === undefined || !('originalSource' in entry)) return null;
  const { originalSource, originalLine, originalColumn } = entry;
  if (!originalSource.startsWith('file:') && !originalSource.startsWith('/')) return null;
  return { file: originalSource, line: originalLine + 1, column: originalColumn + 1 };
}

function pathOf(file: string): string {
  if (!file.startsWith('file:')) return file;
  try {
    return fileURLToPath(file);
  } catch {
    return file;
  }
}

function shown(path: string): string {
  const near = relative(process.cwd(), path);
  const isBelow = near !== '' && !near.startsWith('..') && !near.startsWith(sep);
  return (isBelow ? near : path).split(sep).join('/');
}
