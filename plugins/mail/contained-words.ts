import { type HookAdapter, pickFields } from 'galley';
import type { WordsContext } from './hooks.ts';
import type { MailWords } from './template.ts';

const CHANGEABLE = ['subject', 'text'] as const;

/**
 * Lets contained plugins that ask for `mail:words` read and change the words of mails before they go out. Places such as
 * `{name}` stand in them still, so they see nobody's name or address, no link, and nothing of what the mail is about.
 */
export const containedWords: HookAdapter = {
  kind: 'filter',
  isFresh: true,
  input([words, context], granted, fields) {
    const { template, language } = context as WordsContext;
    const { subject, text } = words as MailWords;
    return granted.has('mail:words') ? pickFields({ template, language, subject, text }, fields) : undefined;
  },
  output(answer, [words], _plugin, fields = []) {
    const set = (answer as { set?: Record<string, unknown> } | null)?.set ?? {};
    const changed = CHANGEABLE.filter((name) => fields.includes(name) && typeof set[name] === 'string');
    return { ...(words as MailWords), ...Object.fromEntries(changed.map((name) => [name, set[name]])) };
  },
};
