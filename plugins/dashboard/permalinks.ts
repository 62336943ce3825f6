import {
  checkStructure,
  GalleyError,
  historyLink,
  loadPermalinks,
  type Permalinks,
  type Reply,
  recordSettings,
  type ScreenContext,
  type Site,
  settingsTabs,
  sumOf,
} from 'galley';
import { baseChanges, baseFields, readBases } from './term-bases.ts';

const COMMON: readonly { structure: string; label: string }[] = [
  { structure: '/%year%/%monthnum%/%postname%/', label: 'Month and name' },
  { structure: '/%year%/%monthnum%/%day%/%postname%/', label: 'Day and name' },
  { structure: '/%postname%/', label: 'Name only' },
  { structure: '/archives/%post_id%/', label: 'Number' },
];
const TAGS: readonly { tag: string; label: string }[] = [
  { tag: '%postname%', label: 'The name of the post in addresses' },
  { tag: '%post_id%', label: 'The number of the post' },
  { tag: '%year%', label: 'The year, with four digits' },
  { tag: '%monthnum%', label: 'The month, 01 to 12' },
  { tag: '%day%', label: 'The day of the month' },
  { tag: '%hour%', label: 'The hour' },
  { tag: '%minute%', label: 'The minute' },
  { tag: '%second%', label: 'The second' },
];
const OWN = 'own';
const MAX = 200;

type Example = Parameters<Permalinks['entry']>[0];

interface Typed {
  choice: string;
  own: string;
  error?: string;
}

/** A post that examples are made of: the latest, or one that could be. */
async function findExample({ site, viewer }: ScreenContext): Promise<Example & { isReal: boolean; title: string }> {
  const { items } = await site.entries.find({ type: 'post', status: ['publish'], limit: 1 }, viewer);
  const [post] = items;
  if (post && post.publishedAt !== null && post.path !== null) return { ...post, isReal: true };
  const slug = 'a-first-post';
  return { id: 12, type: 'post', slug, path: slug, publishedAt: Date.now(), isReal: false, title: '' };
}

async function addressOf(site: Site, structure: string, example: Example): Promise<string> {
  return (await loadPermalinks(site, { structure })).entry(example);
}

async function show(page: ScreenContext, typed: Typed): Promise<Reply> {
  const { site, context } = page;
  const example = await findExample(page);
  const choices = await Promise.all(
    COMMON.map(async ({ structure, label }, index) => ({
      id: `permalink-${index}`,
      value: structure,
      label,
      checked: typed.choice === structure,
      example: context.origin + (await addressOf(site, structure, example)),
    })),
  );
  const data = {
    title: 'Addresses',
    intro: 'What the addresses of posts look like. Old ones keep leading to their posts.',
    breadcrumbs: [{ label: 'Settings', url: '/admin/settings' }],
    actions: historyLink(page, 'settings', 'permalinks'),
    tabs: settingsTabs(page, 'permalinks'),
    example: example.isReal ? example.title : '',
    choices,
    own: typed.own,
    bases: await baseFields(page),
    isOwn: typed.choice === OWN,
    tags: await Promise.all(TAGS.map(async (item) => ({ ...item, value: await tagValue(site, item.tag, example) }))),
    error: typed.error ?? '',
    summary: typed.error ? [{ id: 'permalink-own', label: 'Your own', message: typed.error }] : [],
    origin: context.origin,
    stylesheets: [await site.assets.url('dashboard', 'permalinks.css')],
    scripts: [await site.assets.url('dashboard', 'permalinks.js')],
  };
  return page.view('dashboard/permalinks', data, { status: typed.error ? 422 : 200 });
}

/** What a tag stands for in the example. */
async function tagValue(site: Site, tag: string, example: Example): Promise<string> {
  return (await addressOf(site, `/${tag}/`, example)).replaceAll('/', '');
}

/** Settings, Addresses: each way as an example of a post that there is. */
export async function showPermalinks(page: ScreenContext): Promise<Reply> {
  const structure = await page.site.options.get<string>('permalink_structure');
  const known = COMMON.find((common) => isSame(common.structure, structure));
  return show(page, { choice: known?.structure ?? OWN, own: structure });
}

/** Checks what was chosen, says what changes, and changes it when that is confirmed. */
export async function changePermalinks(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const choice = page.value('choice');
  const own = page.value('own').trim().slice(0, MAX);
  const wanted = choice === OWN ? own : choice;
  const before = await site.options.get<string>('permalink_structure');
  try {
    const bases = await readBases(page);
    const lines = await baseChanges(page, bases);
    const isMoved = !isSame(wanted, before);
    if (!isMoved && lines.length === 0) return done(page, page.t('The addresses stay as they are.'));
    if (isMoved) checkStructure(site, wanted);
    const amount = isMoved ? sumOf(await site.entries.counts(), 'post') : 0;
    if ((amount > 0 || lines.length > 0) && page.value('_sure') !== '1')
      return await askToChange(page, { choice, own, wanted, before, amount, lines });
    await recordSettings(page, 'permalinks', () =>
      site.database.transaction(async () => {
        if (isMoved) await site.options.set('permalink_structure', wanted);
        if (lines.length > 0) await site.options.set('term_bases', bases);
      }),
    );
  } catch (error) {
    if (!(error instanceof GalleyError) || error.status >= 500) throw error;
    const { problem = error.message } = (error.details ?? {}) as { problem?: string };
    return show(page, { choice, own: wanted, error: problem });
  }
  return done(page, page.t('The addresses are changed. Old ones lead to the new ones.'));
}

interface Change {
  choice: string;
  own: string;
  wanted: string;
  before: string;
  /** How many posts move. */
  amount: number;
  /** What changes for terms. */
  lines: readonly string[];
}

async function askToChange(page: ScreenContext, change: Change): Promise<Reply> {
  const { choice, own, wanted, before, amount, lines } = change;
  const { site, context } = page;
  const example = await findExample(page);
  const [from, to] = await Promise.all([before, wanted].map((structure) => addressOf(site, structure, example)));
  const posts = page.t(
    'The addresses of {count} posts change. Whoever follows an old one is led to the new one.',
    { count: amount },
    { one: 'The address of one post changes. Whoever follows the old one is led to the new one.' },
  );
  const moved = [
    page.t('From {address}', { address: `${context.origin}${from}` }),
    page.t('To {address}', { address: `${context.origin}${to}` }),
  ];
  return page.view('act', {
    title: 'Change the addresses?',
    breadcrumbs: [{ label: 'Addresses', url: '/admin/settings/permalinks' }],
    hidden: [
      { name: 'choice', value: choice },
      { name: 'own', value: own },
      ...(await baseFields(page)).map(({ name, value }) => ({ name, value })),
    ],
    question:
      amount > 0
        ? posts
        : page.t('The addresses of lists of terms change. Whoever follows an old one is led to the new one.'),
    things: [...(amount > 0 ? moved : []), ...lines],
    submit: 'Change the addresses',
    cancel: '/admin/settings/permalinks',
  });
}

const done = (page: ScreenContext, text: string): Reply =>
  page.redirect('/settings/permalinks', { kind: 'success', text });

/** Every address ends with a slash, whether its structure does or not. */
function isSame(one: string, other: string): boolean {
  return one.replace(/\/+$/, '') === other.replace(/\/+$/, '');
}
