import type { PatternDefinition } from '../content/patterns.ts';
import { plainText } from '../content/presenter.ts';
import { escapeHtml } from '../lib/escape.ts';
import type { Messages } from '../lib/i18n.ts';

/** What stands between two tags; comments of blocks end as tags do. */
const TEXT = /(?<=>\s*)[^\s<>](?:[^<>]*[^\s<>])?(?=\s*<)/g;

/** All that can be translated of a pattern: what it is called, and the texts of its blocks. */
export function patternTexts({ title, category, description, keywords, content }: PatternDefinition): string[] {
  const own = [title, category, description, keywords].filter((text) => text !== undefined);
  return [...new Set([...own, ...(content.match(TEXT) ?? []).map(plainText)])];
}

/** The blocks of a pattern in the words of a language. What no catalogue has stays byte for byte. */
export function translateBlocks(content: string, messages: Messages): string {
  return content.replace(TEXT, (source) => {
    const text = plainText(source);
    return messages.find(text) === undefined ? source : escapeHtml(messages.translate(text));
  });
}
