export interface NaiveRequest {
  readonly user: { readonly id: string };
  /** `/api/v1/customers/`, `/api/v1/workspaces/`, or one of them with `{id}/`. */
  readonly path: string;
  /** The raw query string, without its `?`. */
  readonly query: string;
  /** Such as `http://127.0.0.1:3000`; `next` is absolute. */
  readonly origin: string;
  /** ISO 8601; stands for `now()`. */
  readonly instant?: string;
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
  readonly cursorAfter?: (row: { created_at: string; id: string }) => string;
  /** Pages as the described system does: that many rows skipped, and a COUNT(*) on every request. */
  readonly offset?: number;
}

export interface ListOptions {
  /** Fills `items`, at some twenty statements for each customer. */
  readonly withItems?: boolean;
}

export interface ListReply {
  readonly status: number;
  readonly ids: string[];
  readonly items: string[];
  readonly errors?: readonly string[];
  /** The JSON text of one of `ids`. */
  readonly itemOf: (id: string) => Promise<string>;
}
