import type { ActionHook, FilterHook } from '../kernel/hook-types.ts';
import type { GalleyError } from '../lib/errors.ts';
import type { Context } from './context.ts';

/** Status and headers of a reply before they are sent. */
export interface ReplyHead {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
}

/** Facts of a request that failed. */
export interface RequestFailure {
  error: GalleyError;
  /** Id of the request. */
  id: string;
  method: string;
  path: string;
  address: string;
  userId: number | null;
  /** Whose route it was. */
  owner: string;
}

declare module '../kernel/hook-types.ts' {
  interface Hooks {
    /** A request that no page in the cache answers has reached its route. */
    'request:received': ActionHook<[context: Context]>;
    /** Status and headers of a reply that was made for one visitor, before they are sent. Cached pages pass once, when they are made. */
    'reply:sending': FilterHook<ReplyHead, [context: Context]>;
    /** A request ended with an error, also with a refusal such as 403 or 429. */
    'request:failed': ActionHook<[failure: RequestFailure]>;
  }
}
