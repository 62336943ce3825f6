import {
  type BlockDefinition,
  type Context,
  GalleyError,
  type Registration,
  type Reply,
  type ScreenContext,
  type Site,
} from 'galley';
import { codeOf } from './code.ts';
import { frameOf } from './tabs.ts';
import { classOf, themeStyles } from './theme-styles.ts';

const PATH = '/showcase/blocks';

/** All blocks of the site: who brings each, in which version, and which themes have styles of their own for it. */
export async function listBlocks(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const themes = await themeStyles(site);
  const versions = new Map(site.plugins.list().map(({ name, version }) => [name, version]));
  const blocks = site.blocks
    .list()
    .map(({ name, value, owner }) => ({
      name,
      url: `/admin${PATH}/${name}`,
      title: page.t(value.title),
      category: value.category ?? '',
      owner,
      version: versions.get(owner) ?? '',
      hasExample: exampleOf(name, value) !== '',
      themes: themes
        .filter(({ css }) => css.has(classOf(name)))
        .map(({ title }) => title)
        .join(', '),
    }))
    .sort((a, b) => a.title.localeCompare(b.title, page.language));
  return page.view('showcase/blocks', {
    ...(await frameOf(page, 'Blocks')),
    intro: 'What writers put into texts, and who brings it.',
    blocks,
  });
}

function needBlock(site: Site, params: Readonly<Record<string, string>>): Registration<BlockDefinition> {
  const name = `${params['space']}/${params['name']}`;
  const found = site.blocks.list().find((block) => block.name === name);
  if (!found) throw new GalleyError('GALLEY_ROUTE_UNKNOWN', 'There is no such block.');
  return found;
}

/** The markup that shows a block; one that makes its own HTML needs none. Empty where there is no example. */
export function exampleOf(name: string, { example, render, expand }: BlockDefinition): string {
  if (example !== undefined) return example;
  return render || expand ? `<!-- wp:${name.replace(/^core\//, '')} /-->` : '';
}

/** A block with its example as the theme shows it, its markup and its attributes. */
export async function showBlock(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const { name, value, owner } = needBlock(site, page.params);
  const { title, description, attributes = {}, parent = [], category = '', editor } = value;
  const themes = (await themeStyles(site)).filter(({ css }) => css.has(classOf(name)));
  const example = exampleOf(name, value);
  const version = site.plugins.list().find((plugin) => plugin.name === owner)?.version ?? '';
  const facts = [
    { label: 'Name', value: name },
    { label: 'Brought by', value: `${owner} ${version}`.trim() },
    { label: 'Category', value: category },
    { label: 'Stands in', value: parent.join(', ') },
    { label: 'Own styles of', value: themes.map((theme) => theme.title).join(', ') },
  ];
  return page.view(
    'showcase/block',
    {
      title: page.t(title),
      ...(await frameOf(page, 'Blocks')),
      breadcrumbs: [
        { label: 'Components', url: '/admin/showcase' },
        { label: 'Blocks', url: `/admin${PATH}` },
      ],
      intro: description,
      facts: facts.filter((fact) => fact.value !== ''),
      example,
      frame: example ? `/admin/showcase-page/${name}` : '',
      attributes: Object.entries(attributes).map(([attribute, schema]) => ({
        name: attribute,
        type: schema.enum ? schema.enum.join(', ') : schema.type,
        value: schema.default === undefined ? '' : codeOf(schema.default),
      })),
      editor: editor ? codeOf(editor) : '',
    },
    { hasFrames: true },
  );
}

/** The example on a page of the theme: stored nowhere, kept nowhere. */
export async function showBlockPage(context: Context): Promise<Reply> {
  const { site, viewer } = context;
  const { name, value } = needBlock(site, context.params as Record<string, string>);
  const picture = await site.assets.url('showcase', 'picture.svg');
  const content = exampleOf(name, value).replaceAll('{picture}', picture);
  const entry = await site.entries.unsaved({ type: 'page', title: value.title, content }, { viewer });
  const reply = await site.services.use('front').showEntry(context, { ...entry, content });
  context.forVisitor();
  return reply
    .header('cache-control', 'private, no-store')
    .header('x-robots-tag', 'noindex, nofollow, noarchive')
    .header('referrer-policy', 'no-referrer');
}
