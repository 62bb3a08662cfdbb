export interface NaiveRequest {
  /** The caller's `people.id`. */
  readonly user: { readonly id: string };
  readonly path: string;
  /** The raw query string, without its `?`. */
  readonly query: string;
  /** Such as `http://127.0.0.1:3000`; `next` is absolute. */
  readonly origin: string;
}

export interface NaiveReply {
  readonly status: number;
  /** Empty for every status but 200. */
  readonly body: string;
  /** The parameters at fault, for a 400. */
  readonly errors?: readonly string[];
}

export interface NaiveOptions {
  /** The cursor of the page behind this row. Without it `next` is null on every page. */
  readonly cursorAfter?: (row: { readonly time: string; readonly id: string }) => string;
  /** Pages as the described system does: that many rows skipped, and a COUNT(*) on every request. */
  readonly offset?: number;
  /** Opens what `journal_entry.content` holds. */
  readonly open?: (stored: string, of: { readonly id: string; readonly tenant: string }) => string;
}
