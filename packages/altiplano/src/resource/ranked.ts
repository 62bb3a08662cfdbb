/** What a page in order of rank goes by: no table has a column of that name. Ascending: the best has least. */
export const RANK = 'altiplano_rank';

/** Names that a ranked search looks at, each a block, a row and its way there: five buffers. Eight pages of 25. */
export const LOOKED_AT = 200;
