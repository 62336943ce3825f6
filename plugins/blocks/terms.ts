import {
  type BlockContext,
  type BlockDefinition,
  type BlockInstance,
  type CountedTerm,
  escapeHtml,
  type FieldDefinition,
  type Permalinks,
  type Site,
  sanitizeHtmlFragment,
} from 'galley';
import { dropdown } from './archives.ts';
import { flag, isOn, number, numberOf, text, textOf } from './attributes.ts';
import { linksOf } from './entries.ts';
import { link, wrap } from './html.ts';

interface TermData {
  byTaxonomy: Map<string, CountedTerm[]>;
  links: Permalinks;
}

const MAX_TERMS = 500;

function taxonomyOf(block: BlockInstance, otherwise: string): string {
  return textOf(block, 'taxonomy') || otherwise;
}

/** The terms of all taxonomies that the blocks show, with their numbers of entries: two queries for each taxonomy. */
async function loadTerms(taxonomies: ReadonlySet<string>, context: BlockContext): Promise<TermData> {
  const { site } = context;
  const known = [...taxonomies].filter((name) => site.taxonomies.get(name)?.base !== undefined);
  const lists = await Promise.all(
    known.map((taxonomy) =>
      context.once(`blocks:terms:${taxonomy}`, async () => {
        context.tag(`taxonomy:${taxonomy}`, 'type:post');
        return site.terms.withCounts(await site.terms.list(taxonomy, { limit: MAX_TERMS }));
      }),
    ),
  );
  return { byTaxonomy: new Map(known.map((name, index) => [name, lists[index] ?? []])), links: await linksOf(context) };
}

/** The taxonomies whose terms have addresses, to choose one of. */
function taxonomyField(site: Site): FieldDefinition {
  const shown = site.taxonomies.list().filter(({ value }) => value.base !== undefined && value.showInAdmin !== false);
  return {
    kind: 'select',
    label: 'Of what',
    choices: Object.fromEntries(shown.map(({ name, value }) => [name, value.title])),
  };
}

interface Tree {
  children: Map<number | null, CountedTerm[]>;
  isNested: boolean;
  hasCounts: boolean;
  links: Permalinks;
}

function termItems(terms: readonly CountedTerm[], tree: Tree): string {
  return terms
    .map((term) => {
      const below = tree.isNested ? (tree.children.get(term.id) ?? []) : [];
      const nested = below.length > 0 ? `<ul class="children">${termItems(below, tree)}</ul>` : '';
      const count = tree.hasCounts ? ` (${term.count})` : '';
      return `<li class="cat-item cat-item-${term.id}">${link(tree.links.term(term), escapeHtml(term.name))}${count}${nested}</li>`;
    })
    .join('');
}

/** The terms of a taxonomy, as a list or a tree. */
const categories: BlockDefinition<TermData> = {
  title: 'Categories',
  category: 'widgets',
  editor: {
    fields: (site) => ({
      taxonomy: taxonomyField(site),
      displayAsDropdown: { kind: 'boolean', label: 'As a drop-down list' },
      showHierarchy: { kind: 'boolean', label: 'Show what stands below what' },
      showPostCounts: { kind: 'boolean', label: 'Show how many' },
      showOnlyTopLevel: { kind: 'boolean', label: 'Only the top level' },
      showEmpty: { kind: 'boolean', label: 'Empty ones too' },
    }),
  },
  attributes: {
    displayAsDropdown: flag(),
    showHierarchy: flag(),
    showPostCounts: flag(),
    showOnlyTopLevel: flag(),
    showEmpty: flag(),
    taxonomy: text('category'),
    label: text(),
  },
  load: (blocks, context) => loadTerms(new Set(blocks.map((block) => taxonomyOf(block, 'category'))), context),
  render(block, { byTaxonomy, links }, { t }) {
    const all = byTaxonomy.get(taxonomyOf(block, 'category')) ?? [];
    const isNested = isOn(block, 'showHierarchy') && !isOn(block, 'showOnlyTopLevel');
    const children = Map.groupBy(all, (term) => term.parentId);
    const isShown = (term: CountedTerm): boolean =>
      isOn(block, 'showEmpty') || term.count > 0 || (isNested && (children.get(term.id) ?? []).some(isShown));
    const shown = all.filter(isShown);
    const top = isNested || isOn(block, 'showOnlyTopLevel') ? shown.filter((term) => term.parentId === null) : shown;
    const tree = {
      children: Map.groupBy(shown, (term) => term.parentId),
      isNested,
      hasCounts: isOn(block, 'showPostCounts'),
      links,
    };
    const items = termItems(top, tree) || `<li class="cat-item-none">${escapeHtml(t('No categories'))}</li>`;
    const classes = [`wp-block-categories-taxonomy-${taxonomyOf(block, 'category').replace(/[^\w-]/g, '')}`];
    if (isOn(block, 'displayAsDropdown')) {
      const list = dropdown(textOf(block, 'label') || t('Select category'), items);
      return `<div${wrap(block, { classes: ['wp-block-categories-dropdown', ...classes] })}>${list}</div>`;
    }
    return `<ul${wrap(block, { classes: ['wp-block-categories-list', ...classes] })}>${items}</ul>`;
  },
};

interface FontSize {
  value: number;
  unit: string;
}

function fontSize(size: string, otherwise: FontSize): FontSize {
  const [, value, unit] = /^(\d+(?:\.\d+)?)(pt|px|em|rem|vw|%)$/.exec(size) ?? [];
  return value && unit ? { value: Number(value), unit } : otherwise;
}

/** The most used terms, the more entries the larger. */
const tagCloud: BlockDefinition<TermData> = {
  title: 'Tag cloud',
  category: 'widgets',
  editor: {
    keywords: 'categories topics words',
    fields: (site) => ({
      taxonomy: taxonomyField(site),
      numberOfTags: { kind: 'integer', label: 'How many', min: 1, max: 100 },
      showTagCounts: { kind: 'boolean', label: 'Show how many posts each has' },
      smallestFontSize: { kind: 'text', label: 'Smallest size', help: 'Such as 8pt or 0.8rem.' },
      largestFontSize: { kind: 'text', label: 'Largest size', help: 'In the same unit as the smallest.' },
    }),
  },
  attributes: {
    numberOfTags: number(45),
    taxonomy: text('post_tag'),
    showTagCounts: flag(),
    smallestFontSize: text('8pt'),
    largestFontSize: text('22pt'),
  },
  load: (blocks, context) => loadTerms(new Set(blocks.map((block) => taxonomyOf(block, 'post_tag'))), context),
  render(block, { byTaxonomy, links }, { t }) {
    const all = (byTaxonomy.get(taxonomyOf(block, 'post_tag')) ?? []).filter((term) => term.count > 0);
    const limit = numberOf(block, 'numberOfTags', { min: 1, max: 100, otherwise: 45 });
    const terms = all
      .sort((a, b) => b.count - a.count)
      .slice(0, limit)
      .sort((a, b) => a.name.localeCompare(b.name));
    if (terms.length === 0) return `<p${wrap(block)}>${escapeHtml(t('No tags'))}</p>`;
    const smallest = fontSize(textOf(block, 'smallestFontSize'), { value: 8, unit: 'pt' });
    const largest = fontSize(textOf(block, 'largestFontSize'), { value: 22, unit: smallest.unit });
    const counts = terms.map((term) => term.count);
    const [least, most] = [Math.min(...counts), Math.max(...counts)];
    const anchors = terms.map((term) => {
      const share = most === least ? 0 : (term.count - least) / (most - least);
      const size = Math.round((smallest.value + (largest.value - smallest.value) * share) * 100) / 100;
      const count = isOn(block, 'showTagCounts') ? `<span class="tag-link-count"> (${term.count})</span>` : '';
      return `<a href="${escapeHtml(links.term(term))}" class="tag-cloud-link tag-link-${term.id}" style="font-size:${size}${smallest.unit}">${escapeHtml(term.name)}${count}</a>`;
    });
    return `<p${wrap(block)}>${anchors.join('\n')}</p>`;
  },
};

/** The description of the term whose list the page is: the controller names it in the scope. */
const termDescription: BlockDefinition = {
  title: 'Term description',
  category: 'theme',
  render(block) {
    const html = block.scope['termDescription'];
    return typeof html === 'string' && html !== '' ? `<div${wrap(block)}>${sanitizeHtmlFragment(html)}</div>` : '';
  },
};

export const termBlocks: Record<string, BlockDefinition> = {
  'core/categories': categories as BlockDefinition,
  'core/tag-cloud': tagCloud as BlockDefinition,
  'core/term-description': termDescription,
};
