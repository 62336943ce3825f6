import type { FirstHook, Site } from 'galley';
import type { Letter } from './letter.ts';

declare module 'galley' {
  interface Hooks {
    'mail:sending': FirstHook<Letter, { id: string }>;
  }
}

/** Defines the hook by which other ways of sending come in. */
export function defineHooks(site: Site): void {
  site.hooks.define('mail:sending', {
    kind: 'first',
    summary:
      'A mail is about to go out: the first who takes it answers with the id that it has there. Where nobody does, it goes to the mail server of the settings.',
    args: { letter: 'from, to, subject, the text, the same as HTML, and the id of the mail' },
  });
}
