const MONTH = /^(20\d\d)-(0[1-9]|1[0-2])$/;

export const isMonth = (period: string): boolean => MONTH.test(period);

/** First and last day of a month such as `2026-10`. */
export function monthOf(period: string): { readonly start: string; readonly end: string } {
  const [, year, month] = MONTH.exec(period) ?? [];
  if (year === undefined || month === undefined) throw new Error(`no month such as 2026-10: '${period}'`);
  const end = new Date(Date.UTC(Number(year), Number(month), 0));
  return { start: `${period}-01`, end: end.toISOString().slice(0, 10) };
}

/** The last one that is over. */
export function previousMonth(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}
