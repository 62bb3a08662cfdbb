/** What a list's reply is wrapped in, and by what a reader asks for the next page. */
export type Envelope = CursorEnvelope | NumberedEnvelope;

/** `results`, `next`, `previous` and, where rows can be counted, `count`. */
export interface CursorEnvelope {
  readonly kind: 'cursors';
  readonly counted: boolean;
}

/** Pages by number, of a list whose rows are always counted. */
export interface NumberedEnvelope {
  readonly kind: 'numbered';
  /** What the reply holds, under its name there; in the order in which it comes. */
  readonly members: Readonly<Partial<Record<PageMember, string>>> & { readonly items: string };
  readonly parameters: { readonly page: string; readonly size: string };
  /**
   * Bad numbers mean something, as Django's `Paginator.get_page` has it: no number is the first page, one that is not there
   * the last. Otherwise they are refused, and a page past the end is empty.
   */
  readonly lenient: boolean;
}

export type PageMember = 'items' | 'total' | 'page' | 'size' | 'pages' | 'next' | 'previous';

export function cursors({ counted = true }: { readonly counted?: boolean } = {}): CursorEnvelope {
  return { kind: 'cursors', counted };
}

export function numbered(
  members: NumberedEnvelope['members'],
  options: Partial<Pick<NumberedEnvelope, 'parameters' | 'lenient'>> = {},
): NumberedEnvelope {
  return { kind: 'numbered', members, parameters: { page: 'page', size: 'size' }, lenient: false, ...options };
}
