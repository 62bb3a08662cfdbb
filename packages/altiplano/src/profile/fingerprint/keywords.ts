/** Words before a sign or a parenthesis that are no name of a column or function. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'select from where and or not in is like ilike between when then else case values limit offset by having on using set returning as ' +
    'with union except intersect all distinct join lateral array any some exists into insert update delete fetch over filter ' +
    'partition order group window recursive materialized for do conflict default'
  ).split(' '),
);
