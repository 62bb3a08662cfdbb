export type Stage = 'authenticate' | 'parse' | 'plan' | 'emit' | 'execute' | 'respond';

export type Observation =
  | {
      readonly kind: 'request.finished';
      readonly resource: string;
      readonly status: number;
      /** Milliseconds of each stage that ran. */
      readonly stages: Readonly<Partial<Record<Stage, number>>>;
      readonly statements: number;
    }
  | { readonly kind: 'resource.unavailable'; readonly resource: string; readonly problem: string };

export type Observe = (observation: Observation) => void;
