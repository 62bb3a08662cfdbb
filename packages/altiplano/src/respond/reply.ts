/** Where the request came in, for absolute links. */
export interface Address {
  /** `http://host:port`. */
  readonly origin: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** What came with it, by names in lower case: some identities have the tenant there. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What goes back over HTTP: text ready to send. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const JSON_TYPE = 'application/json; charset=utf-8';
