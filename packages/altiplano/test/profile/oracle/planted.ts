import fc from 'fast-check';
import type { Rule } from '../../../src/profile/finding.ts';
import { fingerprint } from '../../../src/profile/fingerprint/fingerprint.ts';
import { PRODUCTION } from '../../../src/profile/verdict/settings.ts';
import { type Ask, type Step, siteAt } from './trace.ts';

/** A part of a request; `expects` what has to be told of it, `counted` how many of its statements no finding that claims them explains. */
export interface Part {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly expects: readonly Expected[];
  readonly counted: number;
  /** Means something only without others in between. */
  readonly whole: boolean;
}

/** `time` where it has to be a share of the whole to be told. */
export interface Expected {
  readonly rule: Rule;
  readonly fingerprint: string | null;
  readonly time?: { readonly milliseconds: number; readonly share: number };
}

type Maker = (table: string, line: number) => fc.Arbitrary<Part>;

const ids = (least: number, most: number) =>
  fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: least, maxLength: most });

function part(name: string, steps: readonly Step[], expects: Part['expects'], counted: number, whole = false): Part {
  return { name, steps, expects, counted, whole };
}

function one(rule: Rule, text: string): Part['expects'] {
  return [{ rule, fingerprint: fingerprint(text) }];
}

function list(table: string, line: number, values: readonly number[], more: Partial<Ask> = {}): Ask {
  return {
    text: `select id, owner_id from ${table} order by id`,
    rows: values.length,
    columns: { id: values },
    site: siteAt(line),
    ...more,
  };
}

const loop: Maker = (table, line) =>
  fc
    .tuple(ids(5, 25), fc.constantFrom('sequential', 'together', 'transaction', 'waiting', 'shuffled'), fc.boolean())
    .map(([values, how, known]) => {
      const text = `select * from ${table}_child where parent_id = $1`;
      const transaction = how === 'transaction' ? line : undefined;
      const order = how === 'shuffled' ? [...values].reverse() : values;
      const asks = order.map(
        (id, at): Ask => ({
          text,
          parameters: [id],
          rows: 3,
          site: siteAt(line + 1),
          ...(transaction === undefined ? {} : { transaction }),
          ...(how === 'waiting' ? { waits: at * 20 } : {}),
        }),
      );
      const parent = list(table, line, values, {
        ...(transaction === undefined ? {} : { transaction }),
        ...(known ? {} : { columns: {} }),
        rows: values.length,
      });
      const steps: Step[] = how === 'together' || how === 'waiting' ? [parent, asks] : [parent, ...asks];
      return part(`loop, ${how}${known ? '' : ', rows unknown'}`, steps, one('n-plus-one', text), 1);
    });

const loopOfFewValues: Maker = (table, line) =>
  fc.tuple(ids(2, 4), fc.integer({ min: 5, max: 20 })).map(([owners, times]) => {
    const text = `select name from ${table}_owner where id = $1`;
    const values = [...owners, ...Array.from({ length: times }, (_, at) => owners[at % owners.length] as number)];
    const parent: Ask = {
      text: `select id, owner_id from ${table}`,
      rows: values.length,
      columns: { owner_id: values },
      site: siteAt(line),
    };
    return part(
      'loop over few values',
      [parent, ...values.map((id) => ({ text, parameters: [id], site: siteAt(line + 1) }))],
      one('n-plus-one', text),
      1,
    );
  });

const loopOfTexts: Maker = (table, line) =>
  ids(5, 20).map((values) => {
    const texts = values.map((id) => `select * from ${table}_child where parent_id = ${id} -- /made-up`);
    return part(
      'loop, values in the text',
      [list(table, line, values), texts.map((text) => ({ text }))],
      one('n-plus-one', texts[0] as string),
      1,
    );
  });

const loopWithoutParent: Maker = (table, line) =>
  ids(10, 25).map((values) => {
    const text = `select * from ${table} where id = $1`;
    return part(
      'loop over a list of the request',
      values.map((id) => ({ text, parameters: [id], site: siteAt(line) })),
      one('n-plus-one', text),
      0,
    );
  });

const loopOfLists: Maker = (table, line) =>
  fc.tuple(ids(5, 20), fc.constantFrom('any', 'in', 'constant')).map(([values, how]) => {
    const text = {
      any: `select * from ${table}_child where id = any($1)`,
      in: `select * from ${table}_child where id in ($1, $2, $3)`,
      constant: `select * from ${table}_child where kind in ('a', 'b') and parent_id = $1`,
    }[how] as string;
    const parametersOf = (id: number) => {
      const several = [id * 10, id * 10 + 1, id * 10 + 2];
      if (how === 'constant') return [id];
      return how === 'any' ? [several] : several;
    };
    const asks = values.map((id): Ask => ({ text, parameters: parametersOf(id), rows: 3, site: siteAt(line + 1) }));
    return part('loop, lists', [list(table, line, values), ...asks], one('n-plus-one', text), 1);
  });

const nested: Maker = (table, line) =>
  ids(5, 12).map((values) => {
    const outer = `select * from ${table}_child where parent_id = $1`;
    const inner = `select * from ${table}_leaf where child_id = $1`;
    const steps: Step[] = [list(table, line, values)];
    for (const id of values) {
      const children = [id * 1_000, id * 1_000 + 1];
      steps.push({ text: outer, parameters: [id], columns: { id: children }, site: siteAt(line + 1) });
      for (const child of children) steps.push({ text: inner, parameters: [child], site: siteAt(line + 2) });
    }
    return part('loop in a loop', steps, [...one('n-plus-one', outer), ...one('n-plus-one', inner)], 1);
  });

const repeated: Maker = (table, line) =>
  fc.tuple(fc.integer({ min: 2, max: 9 }), fc.boolean(), fc.boolean()).map(([times, together, placed]) => {
    const text = `select * from ${table}_setting where name = $1`;
    const asks = Array.from(
      { length: times },
      (_, at): Ask => ({ text, parameters: ['limit'], site: siteAt(placed ? line : line + at) }),
    );
    return part('the same again', together ? [asks] : asks, one('duplicate', text), 0);
  });

const writes: Maker = (table, line) =>
  fc.tuple(ids(5, 20), fc.constantFrom('insert', 'update', 'delete'), fc.boolean()).map(([values, verb, inside]) => {
    const text = {
      insert: `insert into ${table} (a, b) values ($1, 'x')`,
      update: `update ${table} set a = 1 where id = $1`,
      delete: `delete from ${table} where id = $1`,
    }[verb] as string;
    const where = inside ? { transaction: line } : {};
    const asks = values.map((id) => ({ text, parameters: [id], site: siteAt(line), ...where }));
    return part(
      `${verb} in a loop`,
      [...(inside ? [{ text: 'begin', ...where }] : []), ...asks, ...(inside ? [{ text: 'commit', ...where }] : [])],
      one('write-n-plus-one', text),
      0,
    );
  });

const slow: Maker = (table, line) =>
  fc.integer({ min: 500, max: 4_000 }).map((took) => {
    const text = `select a, sum(b) from ${table} where c = $1 group by a`;
    return part('slow', [{ text, took, parameters: [line], site: siteAt(line) }], one('slow-query', text), 1);
  });

const counted: Maker = (table) =>
  fc.constantFrom('>0', ' > 0', ' >= 1', ' = 0').map((compared) => {
    const text = `select (select count(*) from ${table} where (a = $1))${compared} as any_there`;
    return part('count compared', [{ text, parameters: [7] }], one('count-as-exists', text), 1);
  });

const permission: Maker = (table) =>
  fc
    .constant(`select count(*) from ${table} where member_id = $1`)
    .map((text) =>
      part('count for a permission', [{ text, parameters: [7], layer: 'permission' }], one('count-as-exists', text), 1),
    );

const offset: Maker = (table) =>
  fc.integer({ min: 1_000, max: 90_000 }).map((passed) => {
    const text = `select * from ${table} order by id limit 20 offset ${passed}`;
    return part('deep page', [{ text, rows: 20 }], one('deep-offset', text), 1);
  });

const apart: Maker = (table) =>
  fc.integer({ min: 2, max: 4 }).map((times) => {
    const asks = Array.from(
      { length: times },
      (_, at): Ask => ({
        text: `select * from ${table}_${'abcd'[at]} where tenant_id = $1`,
        parameters: [`tenant of ${table}`],
        took: 400,
      }),
    );
    return part(
      'reads that could run together',
      asks,
      [
        {
          rule: 'could-run-together',
          fingerprint: null,
          time: { milliseconds: 400 * (times - 1), share: PRODUCTION.together.share },
        },
      ],
      times,
      true,
    );
  });

const waiting: Maker = (table) =>
  fc
    .constant(`select * from ${table} where id = $1`)
    .map((text) =>
      part(
        'waits for a connection',
        [{ text, parameters: [1], waits: 900 }],
        [{ rule: 'pool-wait', fingerprint: null, time: { milliseconds: 900, share: PRODUCTION.pool.share } }],
        1,
      ),
    );

const many: Maker = (table) =>
  fc.integer({ min: 31, max: 40 }).map((times) =>
    part(
      'many of which none repeats',
      Array.from({ length: times }, (_, at) => ({ text: `select * from ${table}_${letters(at)}`, rows: 1 })),
      [],
      times,
    ),
  );

function letters(value: number): string {
  return String.fromCharCode(97 + Math.floor(value / 26), 97 + (value % 26));
}

export const PLANTED: readonly Maker[] = [
  loop,
  loop,
  loopOfFewValues,
  loopOfTexts,
  loopWithoutParent,
  loopOfLists,
  nested,
  repeated,
  writes,
  slow,
  counted,
  permission,
  offset,
  apart,
  waiting,
  many,
];
