// What the commands of entries and terms do to the site, and how they answer.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, test } from 'node:test';
import type { Entry } from '../../core/content/entry.ts';
import { SYSTEM } from '../../core/identity/viewer.ts';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { commandLines, runOn } from '../support/command-line.ts';

let current: TestSite;
before(async () => {
  current = await startTestSite({ plugins: ['posts', 'users'] });
  await current.site.users.create({ login: 'reader', email: 'reader@example.org' }, SYSTEM);
});
after(() => current.stop());

const { galley, said, asJson, refused } = commandLines(() => current.site);
const entry = (id: string | number): Promise<Entry | undefined> => current.site.entries.get(Number(id), SYSTEM);
const create = (...options: string[]): Promise<string> => said('post', 'create', ...options);
async function termNames(id: string): Promise<string[]> {
  const terms = (await current.site.terms.ofEntries([Number(id)])).get(Number(id)) ?? [];
  return terms.map(({ taxonomy, name }) => `${taxonomy}:${name}`).sort();
}

test('post create makes an entry with all that was said, and prints nothing but its id', async () => {
  const ada = await current.site.users.create({ login: 'ada', email: 'ada@example.org', roles: ['author'] }, SYSTEM);
  const body = join(current.contentDir, 'body.html');
  await writeFile(body, '<!-- wp:paragraph --><p>From a file</p><!-- /wp:paragraph -->');
  const { code, out, err } = await galley(
    ...['post', 'create', '--post_title=Hello', `--post_content=@${body}`, '--post_excerpt=Short'],
    ...['--post_status=publish', '--post_name=my-hello', '--post_date=2024-12-24T18:00Z', `--post_author=${ada.id}`],
    ...['--post_category=News,Sports', '--tags_input=red', '--menu_order=3', '--sticky'],
  );
  assert.deepEqual([code, /^\d+\n$/.test(out)], [0, true], err);
  assert.match(err, /^Made the post \d+ \(publish\)\.\n$/);
  const made = await entry(out);
  assert.match(made?.content ?? '', /From a file/);
  assert.deepEqual(
    [made?.title, made?.excerpt, made?.slug, made?.authorId, made?.order, made?.sticky, made?.publishedAt],
    ['Hello', 'Short', 'my-hello', ada.id, 3, true, Date.parse('2024-12-24T18:00Z')],
  );
  assert.deepEqual(await termNames(out), ['category:News', 'category:Sports', 'post_tag:red']);
  assert.equal(await asJson('post', 'create', '--post_title=Bare').then((id) => typeof id), 'number');
});

test('an entry that is to be published later is scheduled, and a draft stays one', async () => {
  const later = await entry(
    await create('--post_title=Later', '--post_status=publish', '--post_date=2099-01-01T00:00Z'),
  );
  assert.equal(later?.status, 'future');
  assert.equal((await entry(await create('--post_title=Draft')))?.status, 'draft');
  const page = await create('--post_type=page', '--post_title=Above');
  const below = await create('--post_type=page', '--post_title=Below', `--post_parent=${page}`);
  assert.deepEqual([(await entry(below))?.type, (await entry(below))?.parentId], ['page', Number(page)]);
});

test('post create refuses what cannot be, and makes nothing', async () => {
  const before = await current.site.entries.count({ type: ['post', 'page'], status: ['draft', 'publish'] }, SYSTEM);
  await refused(1, /no content type "nonsense"/, 'post', 'create', '--post_type=nonsense', '--post_title=x');
  await refused(1, /"yesterday" is no date/, 'post', 'create', '--post_date=yesterday', '--post_title=x');
  await refused(1, /nowhere\.html cannot be read/, 'post', 'create', '--post_content=@nowhere.html');
  await refused(1, /parent/, 'post', 'create', '--post_type=page', '--post_title=x', '--post_parent=999999');
  await refused(1, /999999/, 'post', 'create', '--post_title=x', '--post_author=999999');
  await refused(2, /post_status/, 'post', 'create', '--post_status=trash');
  await refused(1, /no user "nobody"/, 'post', 'create', '--post_title=x', '--user=nobody');
  await refused(1, /may not write a post/, 'post', 'create', '--post_title=x', '--user=reader');
  assert.equal(
    await current.site.entries.count({ type: ['post', 'page'], status: ['draft', 'publish'] }, SYSTEM),
    before,
  );
});

test('post get shows an entry, in every format, and only to who may see it', async () => {
  const id = await create('--post_title=Shown & told', '--post_content=<p>Body</p>', '--post_status=publish');
  const shown = await asJson('post', 'get', id);
  assert.deepEqual(
    [shown.ID, shown.post_title, shown.post_status, shown.post_type, shown.url],
    [Number(id), 'Shown & told', 'publish', 'post', shown.url],
  );
  assert.match(shown.url, /shown-told/);
  assert.match(shown.post_content, /Body/);
  assert.equal(await said('post', 'get', id, '--field=post_title'), 'Shown & told');
  assert.equal(await said('post', 'get', id, '--format=ids'), id);
  const draft = await create('--post_title=Hidden');
  await refused(1, new RegExp(`There is no entry ${draft}\\.`), 'post', 'get', draft, '--user=reader');
  await refused(1, /There is no entry 999999\./, 'post', 'get', '999999');
  await refused(2, /"abc" is no id/, 'post', 'get', 'abc');
});

test('post update changes what is named and nothing besides', async () => {
  const id = await create(
    ...['--post_title=Old', '--post_content=<p>Kept</p>', '--post_category=One', '--tags_input=red,blue', '--sticky'],
    ...['--post_status=publish', '--post_name=old'],
  );
  await current.site.entries.save({ id: Number(id), meta: { colour: 'green' } }, { viewer: SYSTEM });
  const { code, out, err } = await galley('post', 'update', id, '--post_title=New');
  assert.deepEqual([code, out, err], [0, '', `Success: Changed ${id}.\n`]);
  const after = await entry(id);
  assert.deepEqual([after?.title, after?.slug, after?.status, after?.sticky], ['New', 'old', 'publish', true]);
  assert.match(after?.content ?? '', /Kept/);
  assert.deepEqual(await termNames(id), ['category:One', 'post_tag:blue', 'post_tag:red']);
  assert.deepEqual((await current.site.meta.of('entry', [Number(id)])).get(Number(id))?.['colour'], ['green']);
  await said('post', 'update', id, '--tags_input=red', '--unstick', '--post_excerpt=');
  assert.deepEqual(await termNames(id), ['category:One', 'post_tag:red']);
  assert.deepEqual([(await entry(id))?.sticky, (await entry(id))?.excerpt], [false, '']);
  const other = await create('--post_title=Other');
  await said('post', 'update', id, other, '--post_status=private');
  assert.deepEqual([(await entry(id))?.status, (await entry(other))?.status], ['private', 'private']);
});

test('post update refuses another type, nothing to change, and an entry that is not there before it changes any', async () => {
  const id = await create('--post_title=Stays');
  await refused(2, /type/, 'post', 'update', id, '--post_type=page');
  await refused(2, /what/, 'post', 'update', id);
  await refused(1, /There is no entry 999999\./, 'post', 'update', id, '999999', '--post_title=Gone');
  assert.equal((await entry(id))?.title, 'Stays');
  await refused(
    1,
    /may not edit/,
    'post',
    'update',
    await create('--post_title=P', '--post_status=publish'),
    '--post_title=Mine',
    '--user=reader',
  );
});

test('post delete moves to the trash once, and for good where that is said and confirmed', async () => {
  const id = await create('--post_title=Doomed', '--post_status=publish');
  await refused(1, /There is no entry 999999\./, 'post', 'delete', id, '999999');
  assert.equal((await entry(id))?.status, 'publish');
  assert.equal((await galley('post', 'delete', id, id)).err, `Success: Moved ${id} to the trash.\n`);
  assert.equal((await entry(id))?.status, 'trash');
  assert.equal((await galley('post', 'delete', id)).code, 0);
  assert.equal((await entry(id))?.status, 'trash');
  await refused(2, /add --yes/, 'post', 'delete', id, '--force');
  const asked: string[] = [];
  const no = await runOn(current.site, ['post', 'delete', id, '--force'], async (question) => {
    asked.push(question);
    return 'n';
  });
  assert.deepEqual([no.code, asked.length, (await entry(id))?.status], [1, 1, 'trash']);
  await said('post', 'delete', id, '--force', '--yes');
  assert.equal(await entry(id), undefined);
  await refused(1, /There is no entry/, 'post', 'delete', id, '--force', '--yes');
});

test('post list answers in the format that is asked for, and ids go into the next command', async () => {
  const ids = [
    await create('--post_title=Lot A', '--post_status=private'),
    await create('--post_title=Lot B', '--post_status=private'),
  ];
  const of = ['post', 'list', '--search=Lot', '--post_status=private'];
  assert.deepEqual(
    (await asJson(...of)).map((row: { ID: number }) => String(row.ID)),
    [...ids].reverse(),
  );
  assert.equal(await said(...of, '--format=count'), '2');
  const found = (await said(...of, '--format=ids')).split(/\s+/);
  await said('post', 'update', ...found, '--post_status=draft');
  assert.deepEqual(await asJson(...of), []);
});

test('a body comes through a pipe', async () => {
  const own = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {};
  // What stands at the other end of the pipe; the process itself would take seconds to start.
  Object.defineProperty(process, 'stdin', { value: new PassThrough().end('<p>Grüße</p>'), configurable: true });
  try {
    const id = await create('--post_title=Piped', '--post_content=-');
    assert.match((await entry(id))?.content ?? '', /<p>Grüße<\/p>/);
  } finally {
    Object.defineProperty(process, 'stdin', own);
  }
});

test('term create, get, update and list', async () => {
  const above = await said('term', 'create', 'category', 'Fruit');
  const id = await said(
    'term',
    'create',
    'category',
    'Apples & pears',
    '--slug=apples',
    '--description=Round',
    `--parent=${above}`,
  );
  assert.match(id, /^\d+$/);
  const term = await asJson('term', 'get', id);
  assert.deepEqual(
    [term.term_id, term.name, term.slug, term.description, term.parent, term.taxonomy],
    [Number(id), 'Apples & pears', 'apples', 'Round', Number(above), 'category'],
  );
  assert.equal((await galley('term', 'update', id, '--name=Apples')).err, `Success: Changed ${id}.\n`);
  const changed = await current.site.terms.get(Number(id));
  assert.deepEqual(
    [changed?.name, changed?.slug, changed?.description, changed?.parentId],
    ['Apples', 'apples', 'Round', Number(above)],
  );
  await said('term', 'update', id, '--parent=0', '--description=');
  assert.deepEqual(
    [(await current.site.terms.get(Number(id)))?.parentId, (await current.site.terms.get(Number(id)))?.description],
    [null, ''],
  );
  await create('--post_title=With apples', '--post_status=publish', '--post_category=Apples');
  const [row] = await asJson('term', 'list', 'category', '--search=apple');
  assert.deepEqual([row.term_id, row.name, row.parent, row.count], [Number(id), 'Apples', 0, 1]);
  assert.equal(await said('term', 'list', 'category', '--search=apple', '--format=ids'), id);
  const all = await said('term', 'list', 'category', '--format=count');
  assert.equal(await said('term', 'list', 'category', '--limit=1', '--format=count'), '1');
  assert.ok(Number(all) > 1);
});

test('terms refuse what cannot be', async () => {
  const id = await said('term', 'create', 'post_tag', 'Unique');
  await refused(1, /no taxonomy "nonsense"/, 'term', 'create', 'nonsense', 'x');
  await refused(1, /no taxonomy "nonsense"/, 'term', 'list', 'nonsense');
  await refused(1, /slug "unique" already/, 'term', 'create', 'post_tag', 'Unique');
  await refused(1, /needs a name/, 'term', 'create', 'post_tag', ' ');
  await refused(1, /There is no term 999999/, 'term', 'get', '999999');
  await refused(1, /There is no term 999999/, 'term', 'update', '999999', '--name=x');
  await refused(2, /what/, 'term', 'update', id);
  await refused(1, /may not/, 'term', 'update', id, '--name=x', '--user=reader');
  const category = await said('term', 'create', 'category', 'Self');
  await refused(1, /below/, 'term', 'update', category, `--parent=${category}`);
});

test('term delete takes a term from its entries, which stay, and asks before', async () => {
  const post = await create('--post_title=Tagged', '--post_status=publish', '--tags_input=goes,stays');
  const goes = await said('term', 'list', 'post_tag', '--search=goes', '--format=ids');
  await refused(2, /add --yes/, 'term', 'delete', goes);
  await refused(1, /There is no term 999999/, 'term', 'delete', goes, '999999', '--yes');
  assert.deepEqual(await termNames(post), ['post_tag:goes', 'post_tag:stays']);
  await refused(1, /may not/, 'term', 'delete', goes, '--yes', '--user=reader');
  assert.equal((await galley('term', 'delete', goes, goes, '--yes')).err, `Success: Removed ${goes}.\n`);
  assert.deepEqual(await termNames(post), ['post_tag:stays']);
  assert.equal((await entry(post))?.status, 'publish');
});
