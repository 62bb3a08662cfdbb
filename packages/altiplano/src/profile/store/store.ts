import type { Profile } from '../profile.ts';

/** Where profiles that were asked for lie for an hour, for every process of a server. */
export interface ProfileStore {
  /** Never waited for by a request; what fails or is too much is dropped. */
  keep(profile: Profile): void;
  /** Null also where the store does not answer. */
  find(id: string): Promise<Profile | null>;
  /** How many were dropped since the process began. */
  dropped(): number;
  close(): Promise<void>;
}

/** What a keeper does with one profile as JSON text. */
export interface Keeper {
  readonly name: 'redis' | 'postgresql';
  put(id: string, json: string): Promise<void>;
  get(id: string): Promise<string | null>;
  close(): Promise<void>;
}
