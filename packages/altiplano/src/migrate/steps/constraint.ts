import { Failure } from '../../errors/failure.ts';
import { type MigrationSession, sqlState, value } from '../session.ts';
import { online } from './create-index.ts';
import type { Step } from './step.ts';
import { changeUnderLock, underLock } from './under-lock.ts';
import { watched } from './watch.ts';

export interface ForeignKey {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly references: string;
  /** Columns of the parent that are referred to, in the same order. */
  readonly key: readonly string[];
  /** `cascade`, `set null (column)`; refused when absent. */
  readonly onDelete?: string;
}

const found = (table: string, name: string, and = 'true') =>
  `exists (select from pg_constraint where conrelid = to_regclass('${table}') and conname = '${name}' and ${and})`;

/**
 * New rows are held to it at once, old ones are read afterwards under a lock that lets writers pass. Rows without a
 * parent are counted and shown, and the constraint is taken back: nobody is refused because of a migration that stopped.
 * Raises MIGR_ORPHANS.
 */
export function addForeignKey(foreign: ForeignKey): readonly Step[] {
  const { name, table, columns, references, key, onDelete } = foreign;
  const action = onDelete === undefined ? '' : ` on delete ${onDelete}`;
  return [
    underLock({
      name: `foreign key ${name}`,
      tables: [references, table],
      mode: 'share row exclusive',
      done: found(table, name),
      sql: `alter table ${table} add constraint ${name} foreign key (${columns.join(', ')})
        references ${references} (${key.join(', ')})${action} not valid`,
    }),
    validate(foreign, orphansOf(foreign), `have no ${references} that ${columns.join(', ')} could mean`),
  ];
}

function orphansOf({ table, columns, references, key }: ForeignKey): string {
  const given = columns.map((column) => `child.${column} is not null`).join(' and ');
  const same = columns.map((column, index) => `parent.${key[index]} = child.${column}`).join(' and ');
  return `from ${table} child where ${given} and not exists (select from ${references} parent where ${same})`;
}

/** Drops every foreign key of this shape, whatever it was called where the tables come from. */
export function dropForeignKey({ table, columns, references }: ForeignKey): Step {
  const named = columns.map((column) => `'${column}'`).join(', ');
  const matching = `from pg_constraint k
    where k.contype = 'f' and k.conrelid = to_regclass('${table}') and k.confrelid = to_regclass('${references}')
      and array(select a.attname::text from unnest(k.conkey) with ordinality u (number, place)
                join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number order by place) = array[${named}]`;
  return underLock({
    name: `drop foreign key ${table} (${columns.join(', ')})`,
    tables: [references, table],
    mode: 'access exclusive',
    done: `not exists (select ${matching})`,
    sql: `do $drop$ declare old name; begin
      for old in select k.conname ${matching} loop execute format('alter table ${table} drop constraint %I', old); end loop;
    end $drop$`,
  });
}

export interface Check {
  readonly name: string;
  readonly table: string;
  readonly check: string;
}

/**
 * A check of what is written from now on. Old rows are looked at first: one that breaks it could not be updated any more.
 * Raises MIGR_ORPHANS.
 */
export function addCheck({ name, table, check }: Check): Step {
  const add = underLock({
    name: `check ${name}`,
    tables: [table],
    mode: 'access exclusive',
    done: found(table, name),
    sql: `alter table ${table} add constraint ${name} check (${check}) not valid`,
  });
  const run = async (session: MigrationSession) => {
    await refuseRows(session, table, `from ${table} where not (${check})`, `break the check ${check}`);
    await add.run(session);
  };
  return { ...add, run };
}

export function dropConstraint({ name, table }: { readonly name: string; readonly table: string }): Step {
  return underLock({
    name: `drop constraint ${name}`,
    tables: [table],
    mode: 'access exclusive',
    done: `not ${found(table, name)}`,
    sql: `alter table ${table} drop constraint ${name}`,
  });
}

/** `set not null` reads the table under its strongest lock, unless a check that is valid already says so. */
export function setNotNull(table: string, column: string): readonly Step[] {
  const name = `${table}_${column}_given`;
  const set = `(select attnotnull from pg_attribute where attrelid = to_regclass('${table}') and attname = '${column}')`;
  const either = (step: Step): Step => ({
    ...step,
    isDone: async (session) => (await value<boolean>(session, `select ${set}`)) || step.isDone(session),
  });
  const underTable = (change: { readonly name: string; readonly done: string; readonly sql: string }) =>
    underLock({ ...change, tables: [table], mode: 'access exclusive' });
  return [
    either(
      underTable({
        name: `check that ${table}.${column} is given`,
        done: found(table, name),
        sql: `alter table ${table} add constraint ${name} check (${column} is not null) not valid`,
      }),
    ),
    either(validate({ name, table }, `from ${table} where ${column} is null`, `have no ${column}`)),
    underTable({
      name: `${table}.${column} not null`,
      done: set,
      // Two statements: one would drop the check first and then have to read the table after all.
      sql: `alter table ${table} alter column ${column} set not null; alter table ${table} drop constraint ${name}`,
    }),
  ];
}

function validate(
  { name, table }: { readonly name: string; readonly table: string },
  odd: string,
  problem: string,
): Step {
  return {
    name: `validate ${name}`,
    isDone: (session) => value(session, `select ${found(table, name, 'convalidated')}`),
    async run(session) {
      const statement = `alter table ${table} validate constraint ${name}`;
      try {
        await watched(session, `validate ${name}`, () => online(session, statement));
      } catch (error) {
        if (!['23503', '23514'].includes(sqlState(error))) throw error;
        const sql = `alter table ${table} drop constraint ${name}`;
        await changeUnderLock(session, { name: `take back ${name}`, tables: [table], mode: 'access exclusive', sql });
        await refuseRows(session, table, odd, problem);
        throw error;
      }
    },
  };
}

/** Says how many rows there are, one of them and how to find the others. */
async function refuseRows(session: MigrationSession, table: string, odd: string, problem: string): Promise<void> {
  const count = await value<string>(session, `select count(*) ${odd}`);
  if (count === '0') return;
  const keys = await value<string>(
    session,
    `select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_index x
     join pg_attribute a on a.attrelid = x.indrelid and a.attnum = any (x.indkey)
     where x.indrelid = to_regclass($1) and x.indisprimary`,
    [table],
  );
  const { rows } = await session.client.query(`select ${keys} ${odd} limit 1`);
  const example = Object.entries(rows[0] ?? {}).map(([column, key]) => `${column} ${key}`);
  const query = `set search_path to ${session.schema}; select ${keys} ${odd};`;
  throw new Failure('MIGR_ORPHANS', { values: { count, table, problem, example: example.join(', '), query } });
}
