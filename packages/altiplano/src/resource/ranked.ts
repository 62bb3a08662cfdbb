/** What a page in order of rank goes by: no table has a column of that name. Ascending: the best has least. */
export const RANK = 'altiplano_rank';

/** Names that a ranked search looks at: 500 take 15 ms. */
export const LOOKED_AT = 500;
