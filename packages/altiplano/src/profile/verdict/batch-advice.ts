import type { Finding } from '../finding.ts';
import { withoutValues } from '../literals.ts';
import { varyingPlaces } from './paging.ts';
import type { Proof } from './parent.ts';
import type { Statement } from './statement.ts';
import { isTame } from './tame.ts';

/** How to ask once for all: in the words of the ORM where its texts tell it, and as SQL where the text allows it. */
export function batchAdvice(
  statements: readonly Statement[],
  proof: Proof | null,
  label: string | null,
): Finding['remedy'] {
  const first = statements[0] as Statement;
  const place = proof?.parameter ?? varyingPlaces(statements)[0] ?? null;
  const sameText = statements.every(
    ({ query }) =>
      query.text === first.query.text && (query.literalsHash ?? null) === (first.query.literalsHash ?? null),
  );
  const sql =
    sameText && place !== null && varyingPlaces(statements).length === 1
      ? forAll(withoutValues(first.query.text), place)
      : null;
  const values = proof === null ? 'all values' : `the values of “${proof.column}”`;
  const saves = `${statements.length} round trips become one.`;
  if (first.query.driver === 'altiplano') {
    return {
      text: `Load it with the page: a relation or an aggregate of the resource instead of a query in a serializer${label === null ? '' : ` (${label})`}. ${saves}`,
      sql,
    };
  }
  const orm = isTame(first.query.text) ? ORMS.find(({ text }) => text.test(first.query.text))?.advice : undefined;
  const how =
    orm ??
    'Collect them and ask once with `= any($1)`, join it to the query before, or put a DataLoader between, which collects what one tick asks for.';
  const rest = perRow(first.shape)
    ? ' As each row needs its own order or limit: `from unnest($1::bigint[]) as wanted(id) cross join lateral (…)`.'
    : '';
  return { text: `Ask once for ${values}. ${how}${rest} ${saves}`, sql };
}

/** ORMs quote and alias in ways of their own. */
const ORMS: readonly { readonly text: RegExp; readonly advice: string }[] = [
  {
    text: /SELECT "(\w+)"\."\w+" AS "\1_\w+"/,
    advice:
      'TypeORM: name the relation in `relations`, or `leftJoinAndSelect` it, or `find({ where: { id: In(ids) } })`.',
  },
  {
    text: /^SELECT "\w+"\."\w+"\."\w+".* FROM "\w+"\."\w+"/,
    advice:
      'Prisma: `include` or `select` the relation in the query before, or `findMany({ where: { id: { in: ids } } })`.',
  },
  {
    text: /^SELECT .*\bFROM "\w+" AS "(\w+)" WHERE .*"\1"\./s,
    advice: 'Sequelize: `include` the association in the query before, or `findAll({ where: { id: ids } })`.',
  },
];

function perRow(shape: string): boolean {
  return /\blimit \?|\bdistinct on\b/.test(shape);
}

/** Statements of one block whose rows are told apart by the column that is compared. */
const NOT_DERIVABLE =
  /\b(?:limit|offset|group\s+by|having|distinct|union|intersect|except|over|for\s+(?:update|share)|with|window)\b/i;
const ONE_AGGREGATE =
  /^(\s*select\s+)((?:count|sum|min|max|avg)\s*\([^()]*\)(?:\s*::\s*\w+)?(?:\s+(?:as\s+)?"?\w+"?)?)(\s+from\b)/i;

/** The same with `= any($n)` for `= $n`; the column besides, where its rows would not tell whose they are. Null where that could mean something else. */
export function forAll(text: string, place: number): string | null {
  if (!isTame(text)) return null;
  const statement = text.trim().replace(/;$/, '');
  const parameter = `\\$${place + 1}(?!\\d)`;
  const compared = new RegExp(`((?:"?\\w+"?\\.)?("?\\w+"?))\\s*=\\s*${parameter}(::\\w+)?(?!\\s*\\[)`, 'g');
  const [only, ...more] = [...statement.matchAll(compared)];
  if (only === undefined || more.length > 0 || statement.match(new RegExp(parameter, 'g'))?.length !== 1) return null;
  if (
    NOT_DERIVABLE.test(statement) ||
    (statement.match(/\bselect\b/gi)?.length ?? 0) !== 1 ||
    /\bor\b/i.test(statement)
  )
    return null;
  const [found, column = '', name = '', cast] = only;
  const all = statement.replace(found, () => `${column} = any($${place + 1}${cast === undefined ? '' : `${cast}[]`})`);
  const aggregate = ONE_AGGREGATE.exec(all);
  if (aggregate !== null) {
    const grouped = all.replace(
      ONE_AGGREGATE,
      (_, select: string, list: string, from: string) => `${select}${column}, ${list}${from}`,
    );
    return /\border\s+by\b/i.test(all) ? null : `${grouped} group by ${column}`;
  }
  const list = /^\s*select\s+(.*?)\s+from\b/is.exec(all)?.[1] ?? '';
  if (/\b(?:count|sum|min|max|avg|array_agg|json_agg|jsonb_agg|string_agg|bool_or|bool_and)\s*\(/i.test(list))
    return null;
  const shown = list.includes('*') || new RegExp(`(?:^|[\\s,.])${name.replaceAll('"', '"?')}(?:$|[\\s,])`).test(list);
  return shown ? all : all.replace(/^(\s*select\s+)/i, (select) => `${select}${column}, `);
}
