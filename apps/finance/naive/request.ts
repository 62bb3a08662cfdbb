export interface NaiveRequest {
  /** The caller's `app_user.id`. */
  readonly user: { readonly id: string };
  /** The headers `X-Tenant-Type` and `X-Tenant-Id`; null: not sent. */
  readonly tenant: { readonly type: string | null; readonly id: string | null };
  readonly path: string;
  /** The raw query string, without its `?`. */
  readonly query: string;
}

export interface NaiveReply {
  readonly status: number;
  /** Empty for every status but 200. */
  readonly body: string;
  /** The parameters at fault, for a 400. */
  readonly errors?: readonly string[];
}
