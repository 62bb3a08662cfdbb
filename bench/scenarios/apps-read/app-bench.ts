import type { App, OwnerClient } from 'altiplano';

/** A tenant to ask in: how many rows it has, and whose token to send. */
export interface Place {
  readonly size: number;
  readonly user: string;
  /** Where headers choose the tenant: its kind and id. */
  readonly said?: readonly [kind: string, id: string];
}

export interface AppCase {
  /** `GET /tasks/ by priority`. */
  readonly name: string;
  readonly method?: 'GET' | 'POST' | 'PATCH';
  /** From the root, with its query. */
  readonly target: string;
  readonly body?: unknown;
  /** Who asks, if not the place's own user. */
  readonly user?: string;
  /** What the naive twin is asked for the same; null: it is not asked. */
  readonly naive: { readonly query: string; readonly offset: number } | null;
}

/** What an app brings to be measured; everything else is the scenario's. */
export interface AppBench {
  readonly app: App;
  /** Volumes of its sample: so few that `--quick` is quick, and as described. */
  readonly volumes: {
    readonly quick: Readonly<Record<string, number>>;
    readonly full: Readonly<Record<string, number>>;
  };
  /** A small tenant and a large one in the same tables. */
  places(owner: OwnerClient): Promise<readonly Place[]>;
  cases(owner: OwnerClient, place: Place): Promise<readonly AppCase[]>;
  naive(
    owner: OwnerClient,
    place: Place,
    path: string,
    asked: NonNullable<AppCase['naive']>,
  ): Promise<{ readonly status: number; readonly body: string }>;
}
