import { escapeRegExp } from 'galley';
import { plainHost } from './old-address.ts';

/** The address that a found one becomes; null leaves it as it is. */
export type Replacement = string | null;

/** An address of the old site in a text. */
export interface FoundUrl {
  /** Absolute, without JSON's escapes. */
  url: string;
  host: string;
}

// What may stand in an address within HTML, JSON or plain text. JSON escapes slashes as `\/`; an entity of a quote ends it.
const REST = '(?:\\\\\\/|(?!&(?:quot|apos|lt|gt|#0?3[49]|#8217|#822[01]);)[^\\s"\'<>\\\\()\\[\\]{}|^`])*';
const TRAILING = /[.,;:!?*]+$/;

/** Finds the addresses of some hosts in text, HTML and block attributes, and puts others in their place. */
export class UrlRewriter {
  readonly #pattern: RegExp | undefined;

  /** @param hosts those of the old site and of its files, with or without `www.` */
  constructor(hosts: readonly string[]) {
    const names = [...new Set(hosts.map(plainHost))].filter(Boolean).map(escapeRegExp);
    if (names.length === 0) return;
    const slashes = '(?:\\/\\/|\\\\\\/\\\\\\/)';
    const host = `(?:www\\.)?(?:${names.join('|')})`;
    this.#pattern = new RegExp(`(?<![\\w.])(?:https?:)?${slashes}(${host})(?![\\w-]|\\.\\w|:\\d)(${REST})`, 'gi');
  }

  /** All addresses in a text, each once. */
  find(text: string): FoundUrl[] {
    const found = new Map<string, FoundUrl>();
    this.#each(text, (item) => {
      found.set(item.url, item);
      return null;
    });
    return [...found.values()];
  }

  /** The text with each address replaced as `decide` says. */
  replace(text: string, decide: (found: FoundUrl) => Replacement): string {
    return this.#each(text, decide);
  }

  #each(text: string, decide: (found: FoundUrl) => Replacement): string {
    if (!this.#pattern || text === '') return text;
    return text.replace(this.#pattern, (match, host: string) => {
      const isEscaped = match.includes('\\/');
      const tail = TRAILING.exec(match)?.[0] ?? '';
      const address = match.slice(0, match.length - tail.length).replaceAll('\\/', '/');
      const url = address.startsWith('//') ? `http:${address}` : address;
      const replacement = decide({ url, host: plainHost(host) });
      if (replacement === null) return match;
      return (isEscaped ? replacement.replaceAll('/', '\\/') : replacement) + tail;
    });
  }
}
