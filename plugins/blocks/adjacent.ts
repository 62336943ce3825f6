import { type BlockDefinition, type BlockInstance, type Entry, escapeHtml, type Permalinks } from 'galley';
import { flag, isOn, text, textOf } from './attributes.ts';
import { linksOf } from './entries.ts';
import { inlineHtml, link, wrap } from './html.ts';

interface Neighbours {
  links: Permalinks;
  /** By entry and direction: `12 next`. */
  found: ReadonlyMap<string, Entry | undefined>;
}

/** In loops only so many entries are asked for their neighbours. */
const MAX_ENTRIES = 10;

function isNext(block: BlockInstance): boolean {
  return textOf(block, 'type') !== 'previous';
}

function keyOf(block: BlockInstance): string {
  return `${block.scope.entry?.id ?? 0} ${isNext(block) ? 'next' : 'previous'}`;
}

const ARROWS: Record<string, [previous: string, next: string]> = { arrow: ['←', '→'], chevron: ['«', '»'] };

function arrow(block: BlockInstance): string {
  const kind = textOf(block, 'arrow');
  const marks = Object.hasOwn(ARROWS, kind) ? ARROWS[kind] : undefined;
  const direction = isNext(block) ? 'next' : 'previous';
  return marks
    ? `<span class="wp-block-post-navigation-link__arrow-${direction} is-arrow-${kind}" aria-hidden="true">${marks[isNext(block) ? 1 : 0]}</span>`
    : '';
}

/** A link to the entry before or after this one. */
export const postNavigationLink: BlockDefinition<Neighbours> = {
  title: 'Link to the next or previous entry',
  category: 'theme',
  attributes: { type: text('next'), label: text(), showTitle: flag(), linkLabel: flag(), arrow: text('none') },
  async load(blocks, context) {
    const wanted = new Map(
      blocks.flatMap((block) =>
        block.scope.entry ? [[keyOf(block), { block, entry: block.scope.entry }] as const] : [],
      ),
    );
    const found = await Promise.all(
      [...wanted].slice(0, MAX_ENTRIES * 2).map(async ([key, { block, entry }]) => {
        if (entry.publishedAt === null) return [key, undefined] as const;
        const after = { value: entry.publishedAt, id: entry.id };
        const query = {
          type: entry.type,
          after,
          direction: isNext(block) ? ('asc' as const) : ('desc' as const),
          body: false,
        };
        const neighbour = await context.once(`blocks:adjacent:${key}`, () =>
          context.site.entries.findOne(query, context.viewer),
        );
        context.tag(neighbour ? `entry:${neighbour.id}` : `type:${entry.type}`);
        return [key, neighbour] as const;
      }),
    );
    return { links: await linksOf(context), found: new Map(found) };
  },
  render(block, { links, found }, { t }) {
    const neighbour = found.get(keyOf(block));
    if (!neighbour) return '';
    const url = links.entry(neighbour);
    const rel = isNext(block) ? 'next' : 'prev';
    const own = inlineHtml(textOf(block, 'label'));
    const title = neighbour.title || escapeHtml(t('(no title)'));
    const word = own || escapeHtml(t(isNext(block) ? 'Next' : 'Previous'));
    const titled = isOn(block, 'linkLabel')
      ? link(
          url,
          `<span class="post-navigation-link__label">${own || `${word}:`}</span> <span class="post-navigation-link__title">${title}</span>`,
          { rel },
        )
      : `<span class="post-navigation-link__label">${own || `${word}:`}</span> ${link(url, `<span class="post-navigation-link__title">${title}</span>`, { rel })}`;
    const html = isOn(block, 'showTitle') ? titled : link(url, word, { rel });
    const classes = [`post-navigation-link-${isNext(block) ? 'next' : 'previous'}`];
    return `<div${wrap(block, { classes })}>${isNext(block) ? html + arrow(block) : arrow(block) + html}</div>`;
  },
};
