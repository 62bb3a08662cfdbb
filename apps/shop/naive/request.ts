export interface NaiveRequest {
  /** Null: nobody. */
  readonly user: string | null;
  readonly path: string;
  /** The raw query string, without its `?`. */
  readonly query: string;
}

export interface NaiveReply {
  readonly status: number;
  /** Empty for every status but 200. `next` and `previous` of a list are null: the twin speaks no cursors. */
  readonly body: string;
  /** The parameters at fault, for a 400. */
  readonly errors?: readonly string[];
}

export interface NaiveOptions {
  /** Pages as the described system did: that many rows skipped. */
  readonly offset?: number;
  /** Stands for `now()`. */
  readonly instant?: string;
}
