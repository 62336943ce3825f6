import type { Site } from '../kernel/site.ts';
import { languageChain, Messages } from '../lib/i18n.ts';

/** Reads the texts of a language. */
type ReadTexts = (language: string) => Promise<Messages>;

/** The texts of core and of plugins in the language of a page. The English text is its own key. */
export class SiteTexts {
  readonly #source = new Messages('en', []);
  #read: ReadTexts | undefined;

  /** Where the texts come from: said once, by whoever reads the catalogues. */
  readFrom(read: ReadTexts): void {
    this.#read = read;
  }

  /**
   * The texts of a language. What is written in English reads no catalogue.
   * @example (await site.i18n.for(context.locale)).translate('{count} seats left', { count: 3 })
   */
  async for(language: string): Promise<Messages> {
    if (!this.#read || languageChain(language).includes('en')) return this.#source;
    return this.#read(language);
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** The texts of core and of plugins, in the language of a page. */
    readonly i18n: SiteTexts;
  }
}

/** The texts of a page's language, also where a site has been put together without any. */
export function textsFor(site: Site, language: string): Promise<Messages> {
  return ((site as Partial<Site>).i18n ?? new SiteTexts()).for(language);
}
