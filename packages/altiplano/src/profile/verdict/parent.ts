import { byKey, distinctValues } from './group.ts';
import { textsBefore } from './paging.ts';
import { askedAt, type Statement } from './statement.ts';

/** What a loop runs over: the rows of statements of one shape; `proof` where the loop's parameters were found in a column of theirs. */
export interface Parent {
  readonly statements: readonly Statement[];
  readonly rows: number;
  readonly proof: Proof | null;
}

export interface Proof {
  readonly column: string;
  /** Place of the parameter, from 0. */
  readonly parameter: number;
  /** Distinct values of the parameter that are in the column. */
  readonly found: number;
}

/** A value or two are in a column by chance; of all that a loop asks for, or all that the rows hold, nearly each. */
const SHARE = 0.8;
const FEWEST = 2;

/** The statement before that has several rows and, best, the values; null where nothing could be looped over. */
export function parentOf(loop: readonly Statement[], all: readonly Statement[]): Parent | null {
  const begin = Math.min(...loop.map(askedAt));
  const members = new Set(loop);
  const before = all.filter(
    (statement) => statement.kind === 'read' && !members.has(statement) && askedAt(statement) <= begin,
  );
  const shapes = [...byKey(before, ({ fingerprint }) => fingerprint).values()].map(asParent);
  const values = parameterValues(loop);
  const best = bestOf(
    shapes.flatMap((parent) => proofsIn(parent, values)),
    loop,
  );
  if (best !== null) return best;
  // Two rows of settings are nothing that five authors are asked for by.
  const wanted = distinctValues(loop);
  const several = shapes.filter(
    ({ statements, rows }) => rows >= wanted && statements.some(({ query }) => (query.rows ?? 0) > 1),
  );
  // Rather a list asked for once than a sibling loop; rather the nearest.
  return several.sort((a, b) => a.statements.length - b.statements.length || lastAsked(b) - lastAsked(a))[0] ?? null;
}

function asParent(statements: readonly Statement[]): Parent {
  return { statements, rows: statements.reduce((sum, { query }) => sum + (query.rows ?? 0), 0), proof: null };
}

function lastAsked({ statements }: Parent): number {
  return Math.max(...statements.map(askedAt));
}

/** The distinct hashes at each place that varies. */
function parameterValues(loop: readonly Statement[]): ReadonlyMap<number, ReadonlySet<string>> {
  const values = new Map<number, Set<string>>();
  for (const { query } of loop) {
    query.parameterHashes?.forEach((hashes, place) => {
      const known = values.get(place) ?? new Set();
      for (const hash of hashes) known.add(hash);
      values.set(place, known);
    });
  }
  for (const [place, known] of values) if (known.size < FEWEST) values.delete(place);
  return values;
}

interface Proved extends Parent {
  readonly proof: Proof;
}

/** Each column that has them: where ids count up from 1 in every table, several have. */
function proofsIn(parent: Parent, values: ReadonlyMap<number, ReadonlySet<string>>): readonly Proved[] {
  const proofs: Proved[] = [];
  for (const [column, held] of columnsOf(parent)) {
    for (const [parameter, wanted] of values) {
      const found = foundIn(held, wanted);
      // Of several answers that overlap this is more than they hold, so the share is rather too small than too large.
      const most = held.reduce((sum, { size }) => sum + size, 0);
      if (found >= FEWEST && found / Math.min(wanted.size, most) >= SHARE)
        proofs.push({ ...parent, proof: { column, parameter, found } });
    }
  }
  return proofs;
}

function foundIn(held: readonly ReadonlySet<string>[], wanted: ReadonlySet<string>): number {
  let found = 0;
  for (const hash of wanted) if (held.some((hashes) => hashes.has(hash))) found += 1;
  return found;
}

/** That of most values; of several, the one whose name fits, then a list that was asked for once, then the nearest. */
function bestOf(proofs: readonly Proved[], loop: readonly Statement[]): Proved | null {
  const most = Math.max(...proofs.map(({ proof }) => proof.found));
  const columns = new Map<number, string>();
  const comparedWith = (parameter: number): string => {
    const known = columns.get(parameter) ?? plain(comparedColumn(loop[0] as Statement, parameter) ?? '');
    columns.set(parameter, known);
    return known;
  };
  const [best] = proofs
    .filter(({ proof }) => proof.found === most)
    .map((proved) => ({ proved, fits: likeness(proved, loop, comparedWith(proved.proof.parameter)) }))
    .sort(
      (a, b) =>
        b.fits - a.fits ||
        a.proved.statements.length - b.proved.statements.length ||
        lastAsked(b.proved) - lastAsked(a.proved),
    );
  return best?.proved ?? null;
}

/** How much the names speak for a column: `order_id` is compared with `Order_id` or the `id` of orders rather than with any `id`. */
function likeness({ statements, proof }: Proved, loop: readonly Statement[], compared: string): number {
  const column = plain(proof.column);
  if (compared === '') return 0;
  if (column === compared && compared !== 'id') return 3;
  const isOf = (asked: readonly Statement[], own: string, other: string) =>
    [...(asked[0] as Statement).tables.read].some((table) =>
      [plain(table), plain(table).replace(/s$/, '')].some((name) => `${name}${own}` === other),
    );
  // `id` of posts for `post_id`, and `author_id` for the `id` of authors.
  if (isOf(statements, column, compared) || isOf(loop, compared, column)) return 3;
  if (compared !== 'id' && column.endsWith(compared)) return 2;
  return compared.endsWith(column) ? 1 : 0;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** `customer_id` of `… c.customer_id = $1`. */
function comparedColumn(statement: Statement, place: number): string | null {
  const [before] = textsBefore(statement, place);
  return /"?(\w+)"?\s*(?:=|in)\s*(?:any\s*)?\(?\s*$/i.exec(before?.slice(-100) ?? '')?.[1] ?? null;
}

/** Of each column, the values of each answer; put together they would be copied for every loop. */
function columnsOf({ statements }: Parent): ReadonlyMap<string, readonly ReadonlySet<string>[]> {
  const columns = new Map<string, ReadonlySet<string>[]>();
  for (const { query } of statements) {
    for (const [name, hashes] of Object.entries(query.columnHashes ?? {})) {
      const known = columns.get(name);
      if (known === undefined) columns.set(name, [hashes]);
      else known.push(hashes);
    }
  }
  return columns;
}
