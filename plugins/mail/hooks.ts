import type { FilterHook, FirstHook, Site } from 'galley';
import type { Letter } from './letter.ts';
import type { MailWords } from './template.ts';

/** Which mail words are of. */
export interface WordsContext {
  template: string;
  language: string;
}

declare module 'galley' {
  interface Hooks {
    'mail:sending': FirstHook<Letter, { id: string }>;
    'mail:writing': FilterHook<MailWords, [WordsContext]>;
  }
}

/** Defines the hooks by which the words of mails are changed, and other ways of sending come in. */
export function defineHooks(site: Site): void {
  site.hooks.define('mail:writing', {
    kind: 'filter',
    summary:
      'The words of a mail that people may do without, before its places are filled. What misses a link, or names a place that there is not, is left out. Mails about accounts and of plugins stay as they are.',
    args: {
      words: 'subject and text, with `{name}` and other places in them',
      context: 'the name of the mail, and its language',
    },
  });
  site.hooks.define('mail:sending', {
    kind: 'first',
    summary:
      'A mail is about to go out: the first who takes it answers with the id that it has there. Where nobody does, it goes to the mail server of the settings.',
    args: { letter: 'from, to, subject, the text, the same as HTML, and the id of the mail' },
  });
}
