import type { FirstHook, Site, Viewer } from 'galley';

/** A file that has come in and is not stored yet. */
export interface ReceivedFile {
  /** Where it lies for now. Read it, do not change it. */
  path: string;
  name: string;
  /** What it is; name, content and sender agree on it. */
  type: string;
  bytes: number;
  viewer: Viewer;
}

declare module 'galley' {
  interface Hooks {
    'file:received': FirstHook<ReceivedFile, { refused: string }>;
  }
}

/** Defines the hooks of the media library. */
export function defineHooks(site: Site): void {
  site.hooks.define('file:received', {
    kind: 'first',
    summary:
      'A file has come in and is to be stored. A scanner answers { refused: reason } to keep it out, also when it could not look.',
    args: { file: 'where it lies, what it is, who brings it' },
  });
}
