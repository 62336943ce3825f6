import { knownLanguage, languageChain } from './i18n.ts';

const RIGHT_TO_LEFT = /^(ar|arc|ckb|dv|fa|ha-Arab|he|khw|ks|ku-Arab|ps|sd|ug|ur|yi)(-|$)/;
const MOST = 10;

/** Which way a language is written. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.test(language) ? 'rtl' : 'ltr';
}

/** The languages of an `Accept-Language` header, the dearest first. What is no language is left out. */
export function acceptedLanguages(header: string | undefined): string[] {
  const wishes = (header ?? '').split(',', MOST).flatMap((part) => {
    const [, tag = '', quality = '1'] =
      /^([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)(?:\s*;\s*q=([\d.]+))?$/.exec(part.trim()) ?? [];
    return tag !== '' && Number(quality) > 0 ? [{ tag, quality: Number(quality) }] : [];
  });
  return wishes.sort((a, b) => b.quality - a.quality).map(({ tag }) => tag);
}

/**
 * The first wish that there are texts for. A region stays, because dates and figures are written by it: of `de` there is
 * also `de-AT`.
 *
 * @param wishes in order; an empty one is no wish
 * @param available languages in small letters
 */
export function chooseLanguage(wishes: readonly string[], available: ReadonlySet<string>): string | undefined {
  for (const wish of wishes) {
    if (wish === '') continue;
    const known = languageChain(knownLanguage(wish)).find((name) => available.has(name.toLowerCase()));
    if (known === undefined) continue;
    const [, region] = /^[a-z]{2,3}-(?:[A-Z][a-z]{3}-)?([A-Z]{2})/.exec(knownLanguage(wish)) ?? [];
    return region && !known.includes('-') ? `${known}-${region}` : known;
  }
  return undefined;
}

/** The name of a language in itself: `Deutsch`. */
export function languageName(language: string): string {
  const name = new Intl.DisplayNames([knownLanguage(language)], { type: 'language' }).of(knownLanguage(language));
  return name ? name.charAt(0).toLocaleUpperCase(language) + name.slice(1) : language;
}
