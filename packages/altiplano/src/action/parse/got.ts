import { elementSlices, memberSlices } from '../../request/slices.ts';
import type { Accepted, AcceptedMembers } from '../../resource/accept.ts';

/** JSON texts → what a handler gets. Decimals, whole numbers of eight bytes and documents stay texts, digit for digit. */
export function gotValues(
  members: AcceptedMembers,
  texts: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, gotValue(members[name] as Accepted, text)]),
  );
}

function gotValue({ value }: Accepted, text: string): unknown {
  if (text === 'null') return null;
  switch (value.kind) {
    case 'decimal':
    case 'bigint':
    case 'document':
      return text;
    case 'list': {
      const elements = elementSlices(text, 0).map(({ start, end }) => text.slice(start, end));
      const { items } = value;
      if (items.kind === 'values') return elements.map((element) => gotValue(items.value, element));
      return elements.map((element) => gotValues(items.members, textsOf(element)));
    }
    default:
      return JSON.parse(text);
  }
}

function textsOf(object: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...memberSlices(object, 0)].map(([name, { start, end }]) => [name, object.slice(start, end)]),
  );
}
