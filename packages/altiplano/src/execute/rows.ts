/** What the one statement answered. */
export interface Rows {
  /** Whether the caller may enter the tenant at all. */
  readonly allowed: boolean;
  /** Whether the role and attributes the plan was made for still hold; when not, the credential is read again. */
  readonly current: boolean;
  /** Rows found, at most one more than the page shows. */
  readonly found: number;
  /** The shown rows as JSON texts joined by commas; null when there are none. */
  readonly items: string | null;
  /** Of a detail: what its `ETag` header holds, without the quotes. */
  readonly etag: string | null;
  /** Order values of the first and the last row shown. */
  readonly first: readonly string[] | null;
  readonly last: readonly string[] | null;
  readonly count: string | null;
  /** One JSON object: for each facet asked for, its values and how many rows have them; null when none was. */
  readonly facets: string | null;
}
