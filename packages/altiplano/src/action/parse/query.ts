import { suggest } from '../../request/suggest.ts';
import { isMessage, READERS, shorten } from '../../request/values.ts';
import type { AcceptedMembers } from '../../resource/accept.ts';
import type { Problems } from '../../write/parse/problems.ts';

const LITERAL = /^(true|false|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/;

/**
 * A query string as the members of an object: of a parameter given twice the last counts, as everywhere.
 * @param known parameters read elsewhere
 */
export function readQuery(
  members: AcceptedMembers,
  query: URLSearchParams,
  known: readonly string[],
  problems: Problems,
): ReadonlyMap<string, string> {
  const object = new Map<string, string>();
  for (const [name, text] of new Map(query)) {
    if (known.includes(name)) continue;
    const accepted = Object.hasOwn(members, name) ? members[name] : undefined;
    if (name === '_profile' && accepted === undefined) {
      const reading = READERS.boolean(text);
      if (isMessage(reading)) problems.add(name, reading.message);
    } else if (accepted === undefined) {
      const names = [...known, ...Object.keys(members)];
      problems.add(shorten(name), `Unknown parameter. ${suggest(name, names)}`);
    } else {
      object.set(name, isLiteral(accepted.value.kind) && LITERAL.test(text) ? text : JSON.stringify(text));
    }
  }
  return object;
}

const isLiteral = (kind: string): boolean => ['boolean', 'integer', 'float', 'decimal', 'bigint'].includes(kind);
