import type { Entry, FilterHook, Site, Viewer } from 'galley';

/** Which version of an entry is shown: as it is stored, or with the change that waits beside it. */
export type Shows = 'entry' | 'pending';

declare module 'galley' {
  interface Hooks {
    'preview:showing': FilterHook<Entry, [context: { shows: Shows; viewer: Viewer }]>;
  }
}

/** Defines the hook of previews. */
export function defineHooks(site: Site): void {
  site.hooks.define('preview:showing', {
    kind: 'filter',
    summary:
      'An entry is about to be previewed: put another version of it in its place, such as the change that waits beside it.',
    args: { entry: 'as it is stored', context: 'which version is wanted, and who may edit the entry' },
  });
}
