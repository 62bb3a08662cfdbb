import { type Condition, MalformedValue, readList } from 'altiplano/twin';
import type { FilterReader } from './filters.ts';

const mostAlternatives = 100;
const lists = ['status', 'quality', 'call_status', 'carrier'].flatMap((column) => [column, `${column}__in`]);
const labels = ['labels__id', 'campaign_labels__id__in'];
const single = ['status__isnull', 'quality__isnull', 'is_test', 'checked', 'employee_id', 'other_attributes'];

/** The conditions of every `any`: one for each group, which holds when one of its alternatives does. */
export function readGroups(values: readonly string[], readers: ReadonlyMap<string, FilterReader>): Condition[] {
  let count = 0;
  const groups = values.filter((value) => value !== '').map((value) => alternativesOf(value).map(readAlternative));
  if (count > mostAlternatives) throw new MalformedValue('more than 100 alternatives');
  return groups.map((group) => (bind) => `(${group.map((condition) => condition(bind)).join(' OR ')})`);

  function readAlternative(text: string): Condition {
    const colon = text.indexOf(':');
    if (colon < 1) throw new MalformedValue('not parameter:value');
    const [name, value] = [text.slice(0, colon), text.slice(colon + 1)];
    if (![...lists, ...labels, ...single].includes(name)) throw new MalformedValue('no filter of alternatives');
    count += single.includes(name) ? 1 : Math.max(1, new Set(readList(value)).size);
    const condition = readers.get(name)?.(value);
    if (!condition) throw new MalformedValue('no value');
    return condition;
  }
}

/** Splits at bars; a backslash before a bar or a backslash makes it part of the text. */
function alternativesOf(group: string): string[] {
  const found: string[] = [];
  let text = '';
  for (let index = 0; index < group.length; index++) {
    const [here, next] = [group.charAt(index), group.charAt(index + 1)];
    if (here === '\\' && (next === '|' || next === '\\')) {
      text += next;
      index++;
    } else if (here === '|') {
      found.push(text);
      text = '';
    } else text += here;
  }
  return [...found, text];
}
