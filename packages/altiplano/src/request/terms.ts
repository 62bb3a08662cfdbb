import type { Filter } from '../resource/filter.ts';
import type { Term } from './request.ts';
import { isMessage, READERS, type Reading, readDecimal, readList } from './values.ts';
import { hasWords } from './words.ts';

/** Longer than any searchable column needs; a bound on what one request can make the database fold and compare. */
const LONGEST_SEARCH = 1000;
/** As long as names are. */
const LONGEST_RANKED = 200;

/** The term a parameter's text asks for; null when an empty text asks for nothing. */
export function readTerm(filter: Filter, text: string): Reading<Term | null> {
  switch (filter.kind) {
    case 'values':
      return filter.list ? readValues(filter, text) : readOne(filter, text);
    case 'null':
      return map(READERS.boolean(text), (isNull) => ({
        kind: 'values',
        column: filter.column,
        type: 'text',
        values: [],
        complement: isNull === 'false',
        nulls: isNull === 'true',
      }));
    case 'compare':
      return map(filter.digits ? readDecimal(text, filter.digits) : READERS[filter.type](text), (value) => ({
        kind: 'compare',
        column: filter.column,
        type: filter.type,
        comparison: filter.comparison,
        value,
      }));
    case 'linked':
      if (text === '') return { value: null };
      return map(readList(text, filter.by === undefined ? READERS.uuid : READERS.text), (ids) => ({
        kind: 'linked',
        link: filter.link,
        target: filter.target,
        ...(filter.by === undefined ? {} : { by: filter.by }),
        ids,
        negated: filter.negated,
      }));
    case 'attribute':
      return readAttribute(filter.column, text);
    case 'search':
      return readSearch(filter, text);
  }
}

type ValuesFilter = Extract<Filter, { kind: 'values' }>;

function readValues(filter: ValuesFilter, text: string): Reading<Term | null> {
  if (text === '') return { value: null };
  return map(readList(text, reader(filter)), (values) => valuesTerm(filter, values));
}

/** A form sends the empty text for a field that nobody filled in: it would list nothing where another filter lists all. */
function readOne(filter: ValuesFilter, text: string): Reading<Term | null> {
  if (text === '' && filter.type === 'text') return { message: 'Must not be empty; leave it out to ask for any.' };
  return map(reader(filter)(text), (value) => valuesTerm(filter, [value]));
}

/** What no value of any type reads as: NUL was refused before. */
const NULL = '\0';

function reader({ type, nulls }: ValuesFilter): (text: string) => Reading<string> {
  const read = READERS[type];
  if (!nulls) return read;
  return (text) => {
    if (text === 'null') return { value: NULL };
    const reading = read(text);
    return isMessage(reading) ? { message: reading.message.replace(/\.$/, ', or null.') } : reading;
  };
}

function valuesTerm(filter: ValuesFilter, read: readonly string[]): Term {
  const { column, type, negated } = filter;
  const values = read.filter((value) => value !== NULL);
  return {
    kind: 'values',
    column,
    type,
    values,
    complement: negated,
    nulls: negated === (values.length === read.length),
  };
}

function readAttribute(column: string, text: string): Reading<Term> {
  const at = text.indexOf('=');
  if (at < 1) return { message: "Must be key=value with a key, such as city=Hanoi; the first '=' ends the key." };
  return { value: { kind: 'attribute', column, key: text.slice(0, at), value: text.slice(at + 1) } };
}

function readSearch(filter: Extract<Filter, { kind: 'search' }>, text: string): Reading<Term | null> {
  if (text === '') return { value: null };
  const length = [...text].length;
  if (length < filter.least) return { message: `Must have at least ${filter.least} characters.` };
  const longest = filter.ranked ? LONGEST_RANKED : LONGEST_SEARCH;
  if (length > longest) return { message: `Must have at most ${longest} characters.` };
  if (!filter.ranked) return { value: { kind: 'search', columns: filter.columns, text } };
  if (!hasWords(text)) return { message: 'Must have a letter or a digit.' };
  return { value: { kind: 'search', columns: filter.columns, text, ranked: true } };
}

function map<A, B>(reading: Reading<A>, change: (value: A) => B): Reading<B> {
  return isMessage(reading) ? reading : { value: change(reading.value) };
}
