import {
  type Block,
  type BlockAttributes,
  escapeHtml,
  type FieldDefinition,
  makeBlock,
  plainText,
  Registry,
  type Site,
} from 'galley';

/** A kind of widget: a block with a form of its own. */
export interface WidgetKind {
  title: string;
  /** A sentence for whoever chooses. */
  description: string;
  /** A Bootstrap icon. */
  icon: string;
  /** The block that it shows. */
  block: string;
  /** The attributes that can be set, by name. A heading is always offered. */
  fields: Record<string, FieldDefinition>;
}

/** All kinds of widgets; plugins add theirs: `site.services.use('widgets').kinds.define('weather', { … })`. */
export class WidgetKinds extends Registry<WidgetKind> {
  constructor(...rest: ConstructorParameters<typeof Registry<WidgetKind>> | []) {
    super(rest[0] ?? 'kind of widget', rest[1], rest[2]);
  }
}

const flag = ({ label }: { label: string }): FieldDefinition => ({ kind: 'boolean', label });
const many = ({ label, max }: { label: string; max: number }): FieldDefinition => ({
  kind: 'integer',
  label,
  min: 1,
  max,
});
const words = ({ label, help }: { label: string; help?: string }): FieldDefinition => ({
  kind: 'text',
  label,
  maxLength: 200,
  ...(help ? { help } : {}),
});

const KINDS: Record<string, WidgetKind> = {
  search: {
    title: 'Search',
    description: 'A field that searches the site.',
    icon: 'search',
    block: 'core/search',
    fields: {
      label: words({ label: 'Label of the field' }),
      placeholder: words({ label: 'Words in the field' }),
      buttonText: words({ label: 'Words on the button' }),
    },
  },
  'latest-posts': {
    title: 'Latest posts',
    description: 'The newest posts, with what you like to see of them.',
    icon: 'newspaper',
    block: 'core/latest-posts',
    fields: {
      postsToShow: many({ label: 'How many', max: 20 }),
      displayPostDate: flag({ label: 'Show the date' }),
      displayAuthor: flag({ label: 'Show the author' }),
      displayFeaturedImage: flag({ label: 'Show the picture' }),
    },
  },
  categories: {
    title: 'Categories',
    description: 'All categories, as a list or to choose from.',
    icon: 'folder',
    block: 'core/categories',
    fields: {
      showPostCounts: flag({ label: 'Show how many posts' }),
      showHierarchy: flag({ label: 'Show what stands below what' }),
      displayAsDropdown: flag({ label: 'As a list to choose from' }),
    },
  },
  tags: {
    title: 'Tags',
    description: 'The tags that are used most, the more the larger.',
    icon: 'tags',
    block: 'core/tag-cloud',
    fields: {
      numberOfTags: many({ label: 'How many', max: 100 }),
      showTagCounts: flag({ label: 'Show how many posts' }),
    },
  },
  archives: {
    title: 'Archive',
    description: 'The months in which something was published.',
    icon: 'archive',
    block: 'core/archives',
    fields: {
      showPostCounts: flag({ label: 'Show how many posts' }),
      displayAsDropdown: flag({ label: 'As a list to choose from' }),
    },
  },
  comments: {
    title: 'Latest comments',
    description: 'What readers wrote last.',
    icon: 'chat',
    block: 'core/latest-comments',
    fields: {
      commentsToShow: many({ label: 'How many', max: 20 }),
      displayDate: flag({ label: 'Show the date' }),
      displayExcerpt: flag({ label: 'Show how each begins' }),
    },
  },
  pages: {
    title: 'Pages',
    description: 'All pages, as a tree.',
    icon: 'file-earmark',
    block: 'core/page-list',
    fields: {},
  },
};

/** A heading above the widget, offered for each kind. */
const HEADING: FieldDefinition = { kind: 'text', label: 'Heading', maxLength: 200 };
const TEXT = 'text';
const BLOCKS = 'blocks';

/** Kinds that are no single block: text, and whatever else there is as block markup. */
const SPECIAL: Record<string, Omit<WidgetKind, 'block'>> = {
  [TEXT]: {
    title: 'Text',
    description: 'A few paragraphs.',
    icon: 'text-paragraph',
    fields: {
      text: {
        kind: 'textarea',
        label: 'Text',
        help: 'A blank line begins a paragraph. <a>, <em> and <strong> may be used.',
        maxLength: 10_000,
      },
    },
  },
  [BLOCKS]: {
    title: 'Blocks',
    description: 'Anything else, as block markup or HTML.',
    icon: 'code-slash',
    fields: { markup: { kind: 'textarea', label: 'Markup', maxLength: 20_000 } },
  },
};

/** The kinds that come along. */
export function defineKinds(kinds: WidgetKinds): void {
  for (const [name, kind] of Object.entries(KINDS)) kinds.define(name, kind);
}

/** A kind to choose from. */
export interface OfferedKind extends Omit<WidgetKind, 'block'> {
  name: string;
}

/** What can be added: kinds whose block the site knows, then text and markup. */
export function offeredKinds(site: Site, kinds: WidgetKinds): OfferedKind[] {
  const known = kinds.list().filter(({ value }) => site.blocks.has(value.block));
  return [
    { name: TEXT, ...SPECIAL[TEXT] } as OfferedKind,
    ...known.map(({ name, value }) => ({ name, ...value })),
    { name: BLOCKS, ...SPECIAL[BLOCKS] } as OfferedKind,
  ];
}

/** Whether there is such a kind: those of plugins go with them. */
export const isKind = (kinds: WidgetKinds, name: string): boolean =>
  name === TEXT || name === BLOCKS || kinds.has(name);

/** The fields of a kind, with its heading first. */
export function fieldsOf(kinds: WidgetKinds, name: string): Record<string, FieldDefinition> {
  if (name === BLOCKS) return SPECIAL[BLOCKS]?.fields ?? {};
  return { heading: HEADING, ...(name === TEXT ? SPECIAL[TEXT]?.fields : kinds.get(name)?.fields) };
}

/** A widget as its form shows it. */
export interface ReadWidget {
  kind: string;
  values: Record<string, unknown>;
}

/** What a widget is; what no kind can show without loss is block markup. */
export function readWidget(kinds: WidgetKinds, markup: string, parse: (text: string) => Block[]): ReadWidget {
  const whole: ReadWidget = { kind: BLOCKS, values: { markup } };
  const blocks = parse(markup).filter((block) => block.blockName !== null || block.innerHTML.trim() !== '');
  const first = blocks[0];
  const isHeaded = first?.blockName === 'core/heading' && /^\s*<h2[^>]*>[^<]*<\/h2>\s*$/.test(first.innerHTML);
  const heading = isHeaded ? plainText(first.innerHTML).trim() : '';
  const rest = isHeaded ? blocks.slice(1) : blocks;
  if (rest.length > 0 && rest.every(isParagraph))
    return { kind: TEXT, values: { heading, text: rest.map(innerOf).join('\n\n') } };
  const only = rest[0];
  if (rest.length !== 1 || !only) return whole;
  const kind = kinds.list().find(({ value }) => value.block === only.blockName);
  const isKnown = kind && Object.keys(only.attrs).every((name) => Object.hasOwn(kind.value.fields, name));
  return kind && isKnown && only.innerHTML.trim() === ''
    ? { kind: kind.name, values: { heading, ...only.attrs } }
    : whole;
}

const isParagraph = (block: Block): boolean =>
  block.blockName === 'core/paragraph' && Object.keys(block.attrs).length === 0 && block.innerBlocks.length === 0;
const innerOf = ({ innerHTML }: Block): string => innerHTML.trim().replace(/^<p[^>]*>|<\/p>$/g, '');

/** The markup of a widget. */
export function writeWidget(
  kinds: WidgetKinds,
  { kind, values }: ReadWidget,
  serialize: (blocks: Block[]) => string,
): string {
  if (kind === BLOCKS) return String(values['markup'] ?? '');
  const heading = String(values['heading'] ?? '').trim();
  const head = heading
    ? [
        makeBlock({
          blockName: 'core/heading',
          attrs: { level: 2 },
          innerHTML: `<h2 class="wp-block-heading">${escapeHtml(heading)}</h2>`,
        }),
      ]
    : [];
  if (kind === TEXT) {
    const paragraphs = String(values['text'] ?? '')
      .split(/\n\s*\n/)
      .map((part) => part.trim());
    const body = paragraphs
      .filter((part) => part !== '')
      .map((part) => makeBlock({ blockName: 'core/paragraph', innerHTML: `<p>${part.replace(/\n/g, '<br>')}</p>` }));
    return serialize([...head, ...body]);
  }
  const definition = kinds.need(kind);
  return serialize([
    ...head,
    makeBlock({ blockName: definition.block, attrs: attributesOf(definition.fields, values) }),
  ]);
}

/** Only what was chosen: what is left empty is as the block has it. */
function attributesOf(fields: Record<string, FieldDefinition>, values: Record<string, unknown>): BlockAttributes {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = values[name];
      if (value === null || value === undefined || value === '' || value === false) return [];
      if (field.kind !== 'integer') return [[name, value]];
      const number = Number(value);
      return Number.isFinite(number) ? [[name, Math.min(Math.max(number, field.min ?? 1), field.max ?? 100)]] : [];
    }),
  );
}
