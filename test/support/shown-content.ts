// One of everything that a screen of the admin shows.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SYSTEM } from 'galley';
import type { TestSite } from '../../core/testing.ts';
import { subjectOf } from '../../plugins/autosave/autosave.ts';
import { AutosaveStore } from '../../plugins/autosave/autosave-store.ts';
import { Transfers } from '../../plugins/importer/transfers.ts';
import { PendingChanges } from '../../plugins/workflow/changes.ts';

/** What addresses of screens name: ids, and names of files. */
export type Shown = Readonly<Record<string, number | string>>;

const TEXT = '<!-- wp:paragraph -->\n<p>Set by hand.</p>\n<!-- /wp:paragraph -->';
const AS_SYSTEM = { viewer: SYSTEM };

async function addEntries({ site }: TestSite, userId: number): Promise<Shown> {
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
  const live = await save('To be changed');
  const kept = { title: 'Changed', content: TEXT.replaceAll('paragraph', 'heading').replaceAll('p>', 'h2>') };
  const changes = new PendingChanges(site);
  await changes.save(live, kept, { viewer: SYSTEM, baseVersion: live.version, form: [] });
  const { id: draft } = await save('A draft', { status: 'draft' });
  const typed = { entryId: draft, type: 'post', key: '', holder: crypto.randomUUID(), form: { title: ['Typed'] } };
  const autosaves = new AutosaveStore(site);
  await autosaves.write({ ...typed, subject: subjectOf(typed), userId, baseVersion: 1 });
  const autosave = (await autosaves.find(subjectOf(typed), userId))?.id ?? 0;
  return { post, newest: newest?.id ?? 0, oldest: oldest?.id ?? 0, comment, draft, autosave, changed: live.id };
}

async function addTerms({ site }: TestSite): Promise<Shown> {
  const term = (await site.terms.list('category', { search: 'Craft' }))[0]?.id ?? 0;
  await site.terms.save({ id: term, description: 'Done by hand.' }, AS_SYSTEM);
  const { id: second } = await site.terms.save({ taxonomy: 'category', name: 'Crafts' }, AS_SYSTEM);
  const { id: thrown } = await site.terms.save({ taxonomy: 'category', name: 'Thrown away' }, AS_SYSTEM);
  await site.terms.remove(thrown, AS_SYSTEM);
  const past = (await site.histories.list('term', String(term), SYSTEM)).at(-1)?.id ?? 0;
  const { id: menu } = await site.terms.save({ taxonomy: 'nav_menu', name: 'Foot' }, AS_SYSTEM);
  const item = { type: 'nav_menu_item', title: 'Out', status: 'publish', terms: { nav_menu: [menu] } } as const;
  await site.entries.save({ ...item, fields: { kind: 'custom', url: '/x' } }, AS_SYSTEM);
  return { term, second, past, menu };
}

async function addFiles({ site, contentDir }: TestSite, userId: number): Promise<Shown> {
  const keep = async (filename: string, text: string): Promise<string> => {
    const upload = { field: 'file', filename, type: 'text/plain', size: text.length, path: join(contentDir, filename) };
    await writeFile(upload.path, text);
    return (await new Transfers(site).keep(upload, userId)).id;
  };
  const rows = await keep('rows.csv', 'Headline,When\nInk,24.12.2026\nPaper,someday\n');
  const wxr = await keep('site.xml', '<rss><channel></channel></rss>');
  return { rows, wxr };
}

async function addTypes({ site }: TestSite): Promise<void> {
  const types = site.services.use('contentTypes');
  const change = async () => ({ revision: (await types.read()).revision, viewer: SYSTEM });
  await types.saveType('book', { title: 'Books', singular: 'Book', supports: ['title'] }, await change());
  await types.saveTaxonomy('genre', { title: 'Genres', singular: 'Genre' }, await change());
}

/**
 * Puts one of everything into a site whose plugins are those of a new one.
 *
 * @param by the number of the person whose autosave and files they are
 * @returns what addresses of screens name: ids, and names of files
 */
export async function addShownContent(current: TestSite, by: number): Promise<Shown> {
  const { id: user } = await current.site.users.create({ login: 'someone' }, SYSTEM);
  const job = await current.site.jobs.enqueue('export', {}, { userId: by });
  await addTypes(current);
  return {
    user,
    job,
    ...(await addEntries(current, by)),
    ...(await addTerms(current)),
    ...(await addFiles(current, by)),
  };
}
