import type { JSX } from 'preact';
import type { CallSite } from '../api/types.ts';

export const printSite = ({ file, line, function: name }: CallSite): string =>
  `${file}:${line}${name === null ? '' : ` in ${name}`}`;

export const Site = ({ site }: { readonly site: CallSite | null }): JSX.Element | null =>
  site === null ? null : <code class="site">{printSite(site)}</code>;
