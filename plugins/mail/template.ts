import { GalleyError } from 'galley';
import { plainLine } from './address.ts';

/** A place of a mail's text, which `{name}` stands for. */
export interface MailPlace {
  /** What stands there, for who edits the text. */
  label: string;
  /** What a preview shows. */
  example: string;
  /** A path of this site; the text must have it. */
  isLink?: true;
}

/** A mail whose words administrators may change. Its texts are plain: `{name}` is all that is put in. */
export interface MailTemplate {
  title: string;
  /** When it goes out, and to whom. */
  intro: string;
  subject: string;
  text: string;
  places: Readonly<Record<string, MailPlace>>;
  /** The choice in people's profiles by which they do without; none for what everybody must get. */
  choice?: string;
}

/** Subject and text of a mail. */
export interface MailWords {
  subject: string;
  text: string;
}

/** A piece of a filled text: what was written, or what was put in. */
export interface Piece {
  kind: 'words' | 'value' | 'link';
  text: string;
}

export const SUBJECT_MAX = 200;
export const TEXT_MAX = 20_000;
const VALUE_MAX = 5_000;
const PLACE = /\{([a-zA-Z][\w]*)\}/g;
/** Places that every mail has. */
export const SHARED_PLACES: Readonly<Record<string, MailPlace>> = {
  site: { label: 'The name of the site', example: 'The Evening Proof' },
  name: { label: 'The name of whoever gets the mail', example: 'Ada Lovelace' },
};

/** All places of a mail. */
export const placesOf = (template: MailTemplate): Record<string, MailPlace> => ({
  ...SHARED_PLACES,
  ...template.places,
});

/** The places that a text names. */
const placesIn = (text: string): string[] => [...text.matchAll(PLACE)].map(([, name = '']) => name);

/**
 * Words as an administrator wrote them, checked.
 * @throws GALLEY_INPUT_INVALID with `details`: a list of `{ field, message }`
 */
export function checkWords(template: MailTemplate, { subject, text }: MailWords): MailWords {
  const details: { field: string; message: string }[] = [];
  const wrong = (field: keyof MailWords, message: string): void => void details.push({ field, message });
  const places = placesOf(template);
  const links = Object.keys(places).filter((name) => places[name]?.isLink);
  const words = { subject: plainLine(subject, SUBJECT_MAX + 1), text: text.replace(/\r\n?/g, '\n').trim() };
  if (words.subject === '' || words.subject.length > SUBJECT_MAX)
    wrong('subject', `A subject has 1 to ${SUBJECT_MAX} characters.`);
  if (words.text === '' || words.text.length > TEXT_MAX) wrong('text', `A text has 1 to ${TEXT_MAX} characters.`);
  for (const field of ['subject', 'text'] as const) {
    const unknown = placesIn(words[field]).find((name) => !Object.hasOwn(places, name));
    if (unknown !== undefined) wrong(field, `There is no place {${unknown}} in this mail.`);
  }
  if (placesIn(words.subject).some((name) => links.includes(name))) wrong('subject', 'A link stands in the text only.');
  const missing = links.find((name) => !placesIn(words.text).includes(name));
  if (missing !== undefined && words.text !== '') wrong('text', `Without {${missing}} the mail is of no use.`);
  if (details.length === 0) return words;
  throw new GalleyError('GALLEY_INPUT_INVALID', details.map(({ message }) => message).join(' '), { details });
}

/** A value as it may stand in a mail: without control characters but line breaks, and not endless. */
function plainValue(value: string): string {
  return value
    .split(/\r\n?|\n/)
    .map((line) => plainLine(line, VALUE_MAX))
    .join('\n')
    .slice(0, VALUE_MAX);
}

/** A subject with its places filled: one line, whatever the values are. */
export function fillSubject(subject: string, values: Readonly<Record<string, string>>): string {
  const filled = subject.replace(PLACE, (place, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : place,
  );
  return plainLine(filled, SUBJECT_MAX);
}

/**
 * A text with its places filled, in pieces. What is put in is never read again: a value with braces stays what it is.
 * @param links what stands for the places that are links, as whole addresses
 */
export function fillText(
  text: string,
  values: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>>,
): Piece[] {
  return text.split(/(\{[a-zA-Z]\w*\})/).map((part): Piece => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return { kind: 'words', text: part };
    if (Object.hasOwn(links, name)) return { kind: 'link', text: links[name] ?? '' };
    if (Object.hasOwn(values, name)) return { kind: 'value', text: plainValue(values[name] ?? '') };
    return { kind: 'words', text: part };
  });
}
