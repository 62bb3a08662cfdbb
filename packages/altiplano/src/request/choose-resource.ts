import { Failure } from '../errors/failure.ts';
import type { Resource } from '../resource/resource.ts';
import { suggest } from './suggest.ts';

/** Of the resources at one path the one a request is for; or the first, with why it is for none of them. */
export interface Chosen<R> {
  readonly chosen: R;
  readonly refusal: Failure | null;
}

/** A parameter that is repeated counts with its last value, as everywhere. */
export function chooseResource<R extends { readonly resource: Pick<Resource, 'chosenBy'> }>(
  [first, ...others]: readonly [R, ...R[]],
  query: URLSearchParams,
): Chosen<R> {
  const { chosenBy } = first.resource;
  if (chosenBy === null) return { chosen: first, refusal: null };
  const value = query.getAll(chosenBy.parameter).at(-1);
  const all = [first, ...others];
  const chosen = all.find(({ resource }) => resource.chosenBy?.value === value);
  if (chosen !== undefined) return { chosen, refusal: null };
  const known = all.flatMap(({ resource }) => resource.chosenBy?.value ?? []);
  const names = `Known: ${known.join(', ')}.`;
  const hint = value === undefined ? '' : suggest(value, known);
  const message = `${value === undefined ? 'This parameter is required.' : `Unknown ${chosenBy.parameter}.`} ${names}${hint === '' || hint === names ? '' : ` ${hint}`}`;
  return { chosen: first, refusal: new Failure('REQ_INVALID', { errors: { [chosenBy.parameter]: [message] } }) };
}
