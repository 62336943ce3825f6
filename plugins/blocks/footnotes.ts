import { type BlockDefinition, type Entry, escapeHtml, plainText, sanitizeHtmlFragment } from 'galley';
import { wrap } from './html.ts';

interface Footnote {
  id: string;
  content: string;
}

function parseFootnotes(json: string | undefined): Footnote[] {
  try {
    const value: unknown = JSON.parse(json ?? '[]');
    if (!Array.isArray(value)) return [];
    return value.filter(
      (item: Partial<Footnote> | null): item is Footnote =>
        typeof item?.id === 'string' && typeof item.content === 'string',
    );
  } catch {
    return [];
  }
}

/** The footnotes of the entry; as in WordPress they are kept in its meta field `footnotes`. */
export const footnotes: BlockDefinition<ReadonlyMap<number, Footnote[]>> = {
  title: 'Footnotes',
  category: 'text',
  async load(blocks, { site }) {
    const entries = new Map(blocks.flatMap(({ scope: { entry } }) => (entry ? [[entry.id, entry]] : [])));
    const meta = await site.meta.of('entry', [...entries.keys()]);
    // What waits beside an entry is previewed with the footnotes that wait with it.
    const jsonOf = (entry: Entry) => [entry.meta?.['footnotes'] ?? meta.get(entry.id)?.['footnotes'] ?? []].flat()[0];
    return new Map([...entries].map(([id, entry]) => [id, parseFootnotes(jsonOf(entry))]));
  },
  render(block, data, { t }) {
    const notes = data.get(block.scope.entry?.id ?? 0) ?? [];
    if (notes.length === 0) return '';
    const items = notes.map(({ id, content }, index) => {
      const label = escapeHtml(`${t('Back to reference')} ${index + 1}`);
      const back = `<a href="#${escapeHtml(id)}-link" aria-label="${label}">↩︎</a>`;
      return `<li id="${escapeHtml(id)}">${sanitizeHtmlFragment(content)} ${back}</li>`;
    });
    return `<ol${wrap(block)}>${items.join('')}</ol>`;
  },
};

/** What the footnotes of an entry say, a line each, to be compared. */
export function footnoteWords([json]: readonly string[]): string {
  return parseFootnotes(json)
    .map(({ content }, index) => `${index + 1}. ${plainText(content)}`)
    .join('\n');
}
