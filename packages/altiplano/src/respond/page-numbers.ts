import type { Rows } from '../execute/rows.ts';
import type { ListPlan } from '../plan/plan.ts';
import type { NumberedEnvelope, PageMember } from '../resource/envelope.ts';

/** A numbered page as its members, in the order declared. The total is the statement's own: page and pages agree with it. */
export function numberedMembers(
  { members }: NumberedEnvelope,
  { number, size }: Pick<ListPlan, 'number' | 'size'>,
  rows: Pick<Rows, 'items' | 'count'>,
): readonly string[] {
  const total = Number(rows.count ?? 0);
  const pages = Math.max(1, Math.ceil(total / size));
  const asked = number?.page ?? 1;
  const page = number?.lenient ? Math.min(asked, pages) : asked;
  const values: Readonly<Record<PageMember, string>> = {
    items: `[${rows.items ?? ''}]`,
    total: String(total),
    page: String(page),
    size: String(size),
    pages: String(pages),
    next: String(page < pages),
    previous: String(page > 1),
  };
  return Object.entries(members).map(([member, name]) => `${JSON.stringify(name)}:${values[member as PageMember]}`);
}
