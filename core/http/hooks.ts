import type { ActionHook, FilterHook, HookDefinition } from '../kernel/hook-types.ts';
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
    'request:received': ActionHook<[context: Context]>;
    'reply:sending': FilterHook<ReplyHead, [context: Context]>;
    'pages:purged': ActionHook<[change: { tags: readonly string[] }]>;
    'request:failed': ActionHook<[failure: RequestFailure]>;
  }
}

/** The hooks of this layer, for the catalogue. */
export const httpHooks: Record<string, HookDefinition> = {
  'request:received': {
    kind: 'action',
    summary:
      'A request passed session, guard and validation and is about to reach its handler. Not for pages that are kept for everybody.',
    args: { context: 'the request' },
  },
  'reply:sending': {
    kind: 'filter',
    onError: 'skip',
    summary:
      'A reply was made; its status and headers may be changed. Pages that are kept for everybody pass once, when they are made.',
    args: {
      head: 'status and headers, names in lower case; an empty value takes a header away',
      context: 'the request',
    },
  },
  'pages:purged': {
    kind: 'action',
    summary:
      'Pages went out of date by a change that was made in this process: whoever keeps copies elsewhere, such as a CDN, forgets those with one of these tags in their Surrogate-Key.',
    args: { change: 'the tags; `*` alone is every page' },
  },
  'request:failed': {
    kind: 'action',
    summary: 'A request ended with an error, also with a refusal such as 403 or 429.',
    args: { failure: 'the error, the request and whose route it was' },
  },
};
