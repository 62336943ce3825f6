import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Catalogue, knownLanguage, type Message } from '../lib/i18n.ts';
import type { SourceText } from './extract.ts';

/** What is wrong with the translation of a text. */
export interface CatalogueFault {
  text: string;
  /** `missing`, `unused`, or what is wrong with it. */
  fault: string;
  place: string;
}

const PLACES = /\{([a-zA-Z_][\w-]*)\}/g;
const placesOf = (text: string): string => [...new Set(text.match(PLACES) ?? [])].sort().join(' ');

/** The catalogue of a language, as it stands in the file; empty where there is none. */
export async function readCatalogue(directory: string, language: string): Promise<Catalogue> {
  const text = await readFile(join(directory, 'locales', `${language}.json`), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Catalogue;
}

/** Writes a catalogue with its texts in order, so that two branches that add texts seldom meet. */
export async function writeCatalogue(directory: string, language: string, catalogue: Catalogue): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(catalogue).sort(([a], [b]) => (a < b ? -1 : 1)));
  await mkdir(join(directory, 'locales'), { recursive: true });
  await writeFile(join(directory, 'locales', `${language}.json`), `${JSON.stringify(sorted, null, 2)}\n`);
}

/** The categories of plural forms that a language has, such as `one` and `other`. */
export function pluralCategories(language: string): Intl.LDMLPluralRule[] {
  return new Intl.PluralRules(knownLanguage(language)).resolvedOptions().pluralCategories;
}

/**
 * The catalogue with an empty translation for each new text. What is translated stays as it is, also what no source
 * seems to say any more: texts that are put together are found by nobody, and `galley i18n check` names them.
 *
 * @param options.prune leaves out what no source says any more
 */
export function mergeCatalogue(
  texts: Iterable<SourceText>,
  catalogue: Catalogue,
  { language, prune = false }: { language: string; prune?: boolean },
): Catalogue {
  const kept = Object.entries(catalogue).filter(([, message]) => isTranslated(message));
  const merged: Record<string, Message> = prune ? {} : Object.fromEntries(kept);
  for (const { text, isPlural } of texts) {
    const empty = isPlural ? Object.fromEntries(pluralCategories(language).map((name) => [name, ''])) : '';
    merged[text] = catalogue[text] ?? empty;
  }
  return merged;
}

const isTranslated = (message: Message): boolean =>
  typeof message === 'string' ? message !== '' : Object.values(message).some((form) => form !== '');

/** What a catalogue lacks, has too much, or has wrong. */
export function catalogueFaults(
  texts: ReadonlyMap<string, SourceText>,
  catalogue: Catalogue,
  language: string,
): CatalogueFault[] {
  const faults = [...texts.values()].flatMap(({ text, isPlural, place }) => {
    const fault = faultOf(text, isPlural, catalogue[text], language);
    return fault === undefined ? [] : [{ text, fault, place }];
  });
  const unused = Object.keys(catalogue).filter((text) => !texts.has(text));
  return [...faults, ...unused.map((text) => ({ text, fault: 'unused', place: '' }))];
}

function faultOf(text: string, isPlural: boolean, message: Message | undefined, language: string): string | undefined {
  if (message === undefined || message === '') return 'missing';
  if (typeof message === 'string') return placesOf(message) === placesOf(text) ? undefined : 'its places differ';
  // Another language may need forms where English needs none: "{count} more".
  if (!isPlural && !text.includes('{count}')) return 'no count chooses its form, so it has one only';
  const absent = pluralCategories(language).filter((name) => !message[name]);
  if (absent.length > 0) return `missing: ${absent.join(', ')}`;
  return placesOf(message.other ?? '') === placesOf(text) ? undefined : 'the places of "other" differ';
}
