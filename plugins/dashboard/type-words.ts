import type { ContentType, Messages } from 'galley';

/** A type as it stands inside of sentences, for one entry and for several. */
export interface TypeWords {
  thing: string;
  things: string;
}

/** As whole sentences, because languages put them together in different ways. */
const NEW_LABELS: Record<string, string> = { post: 'New post', page: 'New page' };
const EDIT_LABELS: Record<string, string> = { post: 'Edit post', page: 'Edit page' };

/** A noun inside of a sentence: small, but where a language writes nouns large. */
export function nounIn(text: string, messages: Messages): string {
  const word = messages.translate(text);
  return /^de\b/.test(messages.language) ? word : word.toLocaleLowerCase(messages.language);
}

/** The words of a type in the language of a reader. */
export const typeWords = ({ singular, title }: ContentType, messages: Messages): TypeWords => ({
  thing: nounIn(singular, messages),
  things: nounIn(title, messages),
});

/** What a link to the form of a new entry says. */
export function newLabel(type: ContentType, messages: Messages): string {
  const t = messages.translate.bind(messages);
  const whole = NEW_LABELS[type.name];
  return whole === undefined ? t('New {name}', { name: typeWords(type, messages).thing }) : t(whole);
}

/** What the form of an entry is called. */
export function editLabel(type: ContentType, messages: Messages): string {
  const t = messages.translate.bind(messages);
  const whole = EDIT_LABELS[type.name];
  return whole === undefined ? t('Edit {name}', { name: typeWords(type, messages).thing }) : t(whole);
}
