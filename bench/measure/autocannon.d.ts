/** What we use of autocannon, which comes without types. */
declare module 'autocannon' {
  interface Options {
    readonly url: string;
    readonly connections: number;
    readonly headers: Readonly<Record<string, string>>;
    /** Seconds. */
    readonly duration: number;
    /** Milliseconds between looks at the clock: it ends at one. */
    readonly sampleInt: number;
    readonly timeout?: number;
  }
  interface Outcome {
    readonly start: Date;
    readonly finish: Date;
    readonly errors: number;
    readonly statusCodeStats: Readonly<Record<string, { readonly count: number }>>;
  }
  export default function autocannon(options: Options): Promise<Outcome>;
}
