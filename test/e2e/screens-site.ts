// A site that has something to show on every screen of the admin.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SYSTEM } from 'galley';
import { settings } from '../../config/default.ts';
import { subjectOf } from '../../plugins/autosave/autosave.ts';
import { AutosaveStore } from '../../plugins/autosave/autosave-store.ts';
import { Transfers } from '../../plugins/importer/transfers.ts';
import { makeShop } from '../support/shop-models.ts';
import { type AdminSite, startAdminSite } from './admin-visitor.ts';

/** What addresses of screens name: ids, and names of files. */
export type Shown = Readonly<Record<string, number | string>>;

const TEXT = '<!-- wp:paragraph -->\n<p>Set by hand.</p>\n<!-- /wp:paragraph -->';
const AS_SYSTEM = { viewer: SYSTEM };
/** Those of a new site, those that come along and are off at first, and one from elsewhere. */
const PLUGINS = [...settings.plugins.default.default, 'oembed', 'security-txt', 'freshness', 'showcase', 'social-card'];

async function addEntries({ current: { site } }: AdminSite, userId: number): Promise<Shown> {
  const save = (title: string, more: object = {}) =>
    site.entries.save(
      { type: 'post', title, content: TEXT, status: 'publish', terms: { category: ['Craft'] }, ...more },
      AS_SYSTEM,
    );
  const { id: post } = await save('Ink and paper');
  await site.entries.save({ id: post, content: `${TEXT}\nmore` }, AS_SYSTEM);
  const [newest, oldest] = await site.entries.revisions(post, SYSTEM);
  await save('In the bin', { status: 'trash' });
  const { id: comment } = await site.services.use('comments').import({
    entryId: post,
    parentId: null,
    userId: null,
    authorName: 'A reader',
    authorEmail: 'r@example.org',
    authorUrl: '',
    authorAddress: '',
    agent: '',
    content: 'Fine.',
    status: 'pending',
    type: 'comment',
    createdAt: Date.now(),
  });
  const { id: draft } = await save('A draft', { status: 'draft' });
  const kept = { entryId: draft, type: 'post', key: '', holder: crypto.randomUUID(), form: { title: ['Typed'] } };
  const autosaves = new AutosaveStore(site);
  await autosaves.write({ ...kept, subject: subjectOf(kept), userId, baseVersion: 1 });
  const autosave = (await autosaves.find(subjectOf(kept), userId))?.id ?? 0;
  return { post, newest: newest?.id ?? 0, oldest: oldest?.id ?? 0, comment, draft, autosave };
}

async function addTerms({ current: { site } }: AdminSite): Promise<Shown> {
  const term = (await site.terms.list('category', { search: 'Craft' }))[0]?.id ?? 0;
  await site.terms.save({ id: term, description: 'Done by hand.' }, AS_SYSTEM);
  const { id: second } = await site.terms.save({ taxonomy: 'category', name: 'Crafts' }, AS_SYSTEM);
  const { id: thrown } = await site.terms.save({ taxonomy: 'category', name: 'Thrown away' }, AS_SYSTEM);
  await site.terms.remove(thrown, AS_SYSTEM);
  const past = (await site.histories.list('term', String(term), SYSTEM)).at(-1)?.id ?? 0;
  const { id: menu } = await site.terms.save({ taxonomy: 'nav_menu', name: 'Main' }, AS_SYSTEM);
  const item = { type: 'nav_menu_item', title: 'Out', status: 'publish', terms: { nav_menu: [menu] } } as const;
  await site.entries.save({ ...item, fields: { kind: 'custom', url: '/x' } }, AS_SYSTEM);
  return { term, second, past, menu };
}

async function addFiles({ current: { site, contentDir } }: AdminSite, userId: number): Promise<Shown> {
  const keep = async (filename: string, text: string): Promise<string> => {
    const upload = { field: 'file', filename, type: 'text/plain', size: text.length, path: join(contentDir, filename) };
    await writeFile(upload.path, text);
    return (await new Transfers(site).keep(upload, userId)).id;
  };
  const rows = await keep('rows.csv', 'Headline,When\nInk,24.12.2026\nPaper,someday\n');
  const wxr = await keep('site.xml', '<rss><channel></channel></rss>');
  return { rows, wxr };
}

async function addStructure({ current: { site } }: AdminSite): Promise<Shown> {
  const types = site.services.use('contentTypes');
  const change = async () => ({ revision: (await types.read()).revision, viewer: SYSTEM });
  await types.saveType('book', { title: 'Books', singular: 'Book', supports: ['title'] }, await change());
  await types.saveTaxonomy('genre', { title: 'Genres', singular: 'Genre' }, await change());
  const shop = await makeShop(site);
  const { id: customer } = await shop.customers.create({ name: 'Mia', email: 'mia@example.org' });
  site.serviceKeys.ownedBy('dashboard').define('maps', {
    label: 'Key of the map',
    help: 'Draws maps.',
    url: 'https://maps.example/keys',
  });
  site.flags.define('wide', { title: 'The wide page', summary: 'Lines are longer.' });
  return { customer };
}

/** Starts the site; what it shows is named as addresses of screens need it. */
export async function startScreensSite(): Promise<{ admin: AdminSite; shown: Shown }> {
  const admin = await startAdminSite({
    pluginFolders: [join(import.meta.dirname, '../../docs/examples')],
    config: { plugins: { default: PLUGINS }, http: { rateLimit: 0 } },
  });
  const { site } = admin.current;
  const ada = (await site.users.findByLogin('ada'))?.id ?? 0;
  const user = (await site.users.create({ login: 'someone' }, SYSTEM)).id;
  const job = await site.jobs.enqueue('export', {}, { userId: ada });
  const shown = {
    user,
    job,
    ...(await addEntries(admin, ada)),
    ...(await addTerms(admin)),
    ...(await addFiles(admin, ada)),
    ...(await addStructure(admin)),
  };
  return { admin, shown };
}
