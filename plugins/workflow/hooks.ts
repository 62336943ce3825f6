import type { ActionHook, Entry, Site, User, Viewer } from 'galley';
import type { Note } from './note.ts';

declare module 'galley' {
  interface Hooks {
    'note:added': ActionHook<[event: { entry: Entry; note: Note; mentioned: User[]; by: Viewer }]>;
    'entry:moved': ActionHook<[event: { entry: Entry; stage: string; note: string; by: Viewer; isReturned: boolean }]>;
  }
}

/** Defines what others hear of notes and stages. */
export function defineHooks(site: Site): void {
  site.hooks.define('note:added', {
    kind: 'action',
    summary: 'Somebody wrote a note on an entry; after the commit.',
    args: { event: 'the entry, the note, who is mentioned in it, and who wrote it' },
  });
  site.hooks.define('entry:moved', {
    kind: 'action',
    summary: 'Somebody moved an entry to another stage; after the commit.',
    args: {
      event: 'the entry as it was, the title of the stage, what was said, who did it, and whether it was sent back',
    },
  });
}
