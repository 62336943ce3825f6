import { type BlockDefinition, escapeHtml, sanitizeHtmlFragment } from 'galley';
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
    const ids = [...new Set(blocks.flatMap((block) => block.scope.entry?.id ?? []))];
    const meta = await site.meta.of('entry', ids);
    return new Map(ids.map((id) => [id, parseFootnotes(meta.get(id)?.['footnotes']?.[0])]));
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
