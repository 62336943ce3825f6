import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Entry, type Site, STATUSES, SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';
import { dumpOf, emptySite } from './fixtures/snapshot.ts';
import type { ImportOptions } from './import-options.ts';
import type { ImportReport } from './import-report.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/small.xml');
const FOLDERS = [join(import.meta.dirname, 'fixtures/plugins')];
const PLUGINS = ['posts', 'blocks', 'users', 'comments', 'menus', 'import-files', 'importer'];

const run = (site: Site, options: ImportOptions = {}, file = FIXTURE): Promise<ImportReport> =>
  site.services.use('importer').run(file, options, { viewer: SYSTEM });

async function entry(site: Site, type: string, slug: string): Promise<Entry> {
  const found = await site.entries.findOne({ type, slug, status: STATUSES }, SYSTEM);
  assert.ok(found, `${type} ${slug} is there`);
  return found;
}

forEachSite({ plugins: PLUGINS, pluginFolders: FOLDERS }, (suite) => {
  let report: ImportReport;
  let folder: string;
  const site = (): Site => suite.current.site;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'galley-import-'));
    await emptySite(site());
    const dry = await run(site(), { dryRun: true });
    assert.equal(dry.isDry, true);
    assert.equal(await site().entries.total('post'), 0, 'a dry run stores nothing');
    assert.equal(dry.rows.find((row) => row.kind === 'post')?.imported, 5);
    report = await run(site());
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('everything comes in that this site has a place for, and the rest is told with its line', () => {
    const rows = Object.fromEntries(report.rows.map(({ kind, ...counts }) => [kind, Object.values(counts)]));
    assert.deepEqual(rows['post'], [5, 0, 0, 0]);
    assert.deepEqual(rows['page'], [2, 0, 0, 0]);
    assert.deepEqual(rows['attachment'], [2, 0, 0, 0]);
    assert.deepEqual(rows['nav_menu_item'], [3, 0, 0, 0]);
    assert.deepEqual(rows['comment'], [4, 0, 0, 0]);
    assert.deepEqual(rows['category'], [3, 0, 0, 0]);
    assert.deepEqual(rows['author'], [2, 0, 0, 0]);
    assert.deepEqual(rows['recipe'], [0, 0, 1, 0]);
    assert.deepEqual(rows['wp_global_styles'], [0, 0, 1, 0]);
    assert.deepEqual(rows['file'], [0, 0, 2, 0]);
    const recipe = report.notes.find((note) => note.kind === 'recipe');
    assert.match(recipe?.where ?? '', /^small\.xml:\d{3}$/);
    assert.equal(recipe?.reason, 'no active plugin knows the content type "recipe"');
    assert.ok(report.notes.some((note) => note.reason === 'no active plugin knows the taxonomy "binding"'));
  });

  test('pages stand below their parents, also where the parent came later', async () => {
    const page = await entry(site(), 'page', 'pressroom');
    assert.equal(page.path, 'about/pressroom');
    assert.deepEqual([page.order, page.template, page.commentStatus], [3, 'wide.php', 'closed']);
    assert.equal((await entry(site(), 'page', 'about')).template, '');
  });

  test('dates, states, passwords, sticky posts and slugs are kept', async () => {
    const hello = await entry(site(), 'post', 'hello-printers');
    assert.equal(hello.title, 'Hello, <em>printers</em>');
    assert.equal(hello.publishedAt, Date.UTC(2019, 3, 5, 10));
    assert.equal(hello.modifiedAt, Date.UTC(2019, 3, 6, 10), 'the last phase changes no date');
    assert.deepEqual([hello.sticky, hello.status, hello.pingStatus], [true, 'publish', 'closed']);
    const later = await entry(site(), 'post', 'later');
    assert.equal(later.password, 'sesame');
    assert.equal(later.publishedAt, Date.UTC(2019, 4, 6, 12), 'without a time in UTC the clocks of the site count');
    const { items } = await site().entries.find({ type: 'post', status: 'draft' }, SYSTEM);
    assert.deepEqual(
      items.map(({ title, publishedAt }) => [title, publishedAt]),
      [['A draft', null]],
    );
    assert.equal((await entry(site(), 'post', 'private')).status, 'private');
    const trashed = await entry(site(), 'post', 'thrown-away');
    assert.deepEqual([trashed.status, trashed.formerStatus, trashed.path], ['trash', 'publish', null]);
  });

  test('terms have parents, names without entities, meta, and are made where only an item names them', async () => {
    const woodcuts = await site().terms.bySlug('category', 'woodcuts');
    assert.equal(woodcuts?.name, 'Woodcuts & engravings');
    assert.equal(woodcuts?.path, 'prints/woodcuts');
    const prints = await site().terms.bySlug('category', 'prints');
    const meta = await site().meta.of('term', [prints?.id ?? 0]);
    assert.deepEqual(meta.get(prints?.id ?? 0), { colour: ['#aa3300'] });
    const hello = await entry(site(), 'post', 'hello-printers');
    const terms = (await site().terms.ofEntries([hello.id])).get(hello.id) ?? [];
    assert.deepEqual(terms.map((term) => term.slug).sort(), ['ink', 'post-format-image', 'undeclared', 'woodcuts']);
  });

  test('meta is kept as data: serialised objects stay text, several values stay several', async () => {
    const { id, featuredId } = await entry(site(), 'post', 'hello-printers');
    const meta = (await site().meta.of('entry', [id])).get(id);
    assert.deepEqual(meta, { mood: ['a:1:{s:4:"mood";O:8:"stdClass":0:{}}'], source: ['first', 'second'] });
    assert.equal(featuredId, (await entry(site(), 'attachment', 'press')).id);
  });

  test('comments keep thread, state, meta and user, and lose what is not safe', async () => {
    const { id } = await entry(site(), 'post', 'hello-printers');
    const rows = await site().database.read('comments').select('*').where({ entry_id: id }).orderBy('created_at');
    const [first, answer, spam, ping] = rows as Record<string, unknown>[];
    assert.equal(first?.['content'], '<p>The first word.</p>\n<p>And a second one.</p>');
    assert.equal(first?.['user_id'], (await site().users.findByLogin('ada'))?.id);
    assert.equal(first?.['author_url'], '', 'no script in an address');
    assert.equal(answer?.['parent_id'], first?.['id']);
    assert.doesNotMatch(String(answer?.['content']), /script/);
    assert.equal(answer?.['author_email'], 'linus@example.org');
    assert.equal(ping?.['author_name'], 'Another blog « What’s new & &amp;', 'names have no entities');
    assert.deepEqual([spam?.['status'], ping?.['status'], ping?.['type']], ['spam', 'pending', 'pingback']);
    const meta = (await site().database.read('comment_meta').select('key', 'value')) as {
      key: string;
      value: string;
    }[];
    assert.deepEqual(
      meta.map(({ key, value }) => [key, value]),
      [['rating', '5']],
    );
  });

  test('authors are made as authors without a password, and none gets another’s e-mail address', async () => {
    const ada = await site().users.findByLogin('ada');
    assert.deepEqual([ada?.name, ada?.email, ada?.roles], ['Ada & Sons', 'ada@old-press.example.org', ['author']]);
    assert.equal((await site().users.findByLogin('grace'))?.email, '');
    const row = await site().database.read('users').select('password_hash').where({ login_key: 'ada' }).first();
    assert.equal((row as { password_hash: unknown }).password_hash, null);
    assert.equal(
      (await entry(site(), 'post', 'hello-printers')).authorId,
      (await site().users.findByLogin('grace'))?.id,
    );
  });

  test('HTML is kept by the right of its author', async () => {
    assert.equal((await entry(site(), 'post', 'later')).content, '<p>Written later.</p>');
  });

  test('addresses of the old site become those of this one; unknown blocks stay as they are', async () => {
    const { content, excerpt } = await entry(site(), 'post', 'hello-printers');
    assert.match(content, /<a href="\/2019\/05\/later\/#end">the later one<\/a>/);
    assert.match(content, /<a href="\/about\/pressroom\/">the pressroom<\/a>/);
    assert.match(content, /<a href="\/category\/prints\/\?ref=1">prints<\/a>/);
    assert.match(content, /<a href="\/2019\/05\/later\/">a number<\/a>/);
    assert.match(content, /https:\/\/old-press\.example\.org\.evil\.example\/about\//);
    assert.match(content, /Plain: \/about\/\.<\/p>/);
    assert.match(content, /<!-- wp:vendor\/unknown \{"a":"\\u002d\\u002d\\u003e"\} -->\n<div>Kept ]]> as it is<\/div>/);
    assert.equal(excerpt, 'Short & <a href="/about/">plain</a>.');
    assert.match(content, /press-300x200\.jpg/, 'a file that has not come keeps its address');
  });

  test('ids in blocks and galleries are those of this site', async () => {
    const [press, type, block] = await Promise.all([
      entry(site(), 'attachment', 'press'),
      entry(site(), 'attachment', 'type'),
      entry(site(), 'wp_block', 'imprint-line'),
    ]);
    const { content } = await entry(site(), 'post', 'hello-printers');
    assert.ok(content.includes(`<!-- wp:image {"id":${press.id},`));
    assert.ok(content.includes(`class="wp-image-${press.id}"`));
    assert.ok(content.includes(`<!-- wp:block {"ref":${block.id}} /-->`));
    assert.ok((await entry(site(), 'page', 'about')).content.includes(`[gallery ids="${type.id},${press.id}"]`));
  });

  test('the menu has its tree, leads to entries and terms, and is shown where its name says', async () => {
    const menu = await site().terms.bySlug('nav_menu', 'main-menu');
    assert.deepEqual(await site().options.get('menu_locations'), { primary: menu?.id });
    const tree = await site()
      .services.use('menus')
      .tree(menu?.id ?? 0);
    const shape = tree.map(({ title, url, target, rel, children }) => ({
      title,
      url,
      target,
      rel,
      below: children.length,
    }));
    assert.deepEqual(shape, [
      { title: 'Prints', url: '/category/prints/', target: '', rel: '', below: 1 },
      { title: 'Shop', url: '/about/pressroom/', target: '_blank', rel: 'me', below: 0 },
    ]);
    assert.deepEqual(tree[0]?.children[0]?.classes, ['wide', 'größe']);
    assert.equal(tree[0]?.children[0]?.url, '/about/pressroom/');
  });

  test('a second run changes nothing at all', async () => {
    const first = await dumpOf(site());
    const again = await run(site());
    assert.equal(again.total('imported'), 0);
    assert.deepEqual(await dumpOf(site()), first);
  });

  test('old addresses lead to the entries', async () => {
    const leads = async (url: string): Promise<string | undefined> => {
      const { statusCode, headers } = await suite.current.inject({ url });
      return statusCode === 301 ? String(headers['location']) : String(statusCode);
    };
    assert.equal(await leads('/2019/04/05/hello-printers/'), '/2019/04/hello-printers/');
    assert.equal(await leads('/2019/04/05/hello-printers'), '/2019/04/hello-printers/');
    assert.equal(await leads('/2019/04/05/hello-printers/press/'), '/media/press/');
    assert.equal(await leads('/about/pressroom/'), '200');
    assert.equal(await leads('/?p=14'), '/2019/04/hello-printers/');
    assert.equal(await leads('/?page_id=12'), '/about/pressroom/');
    assert.equal(await leads('/?p=17'), '200', 'the front page, as for a number that nothing has');
    assert.equal(await leads('/2019/06/02/private/'), '404', 'what is not public is not told');
    assert.equal(await leads('/2019/04/05/nothing/'), '404');
  });

  test('a file comes from the folder in a later run, and its addresses are put right then', async () => {
    const uploads = join(folder, 'uploads');
    mkdirSync(join(uploads, '2019/04'), { recursive: true });
    writeFileSync(join(uploads, '2019/04/press.jpg'), 'picture');
    writeFileSync(join(folder, 'secret.png'), 'secret');
    symlinkSync(join(folder, 'secret.png'), join(uploads, '2019/04/type.png'));
    const { modifiedAt } = await entry(site(), 'attachment', 'press');
    const again = await run(site(), { media: uploads });
    assert.deepEqual(
      again.rows.find((row) => row.kind === 'file'),
      { kind: 'file', imported: 1, existing: 0, skipped: 1, failed: 0 },
      'a link that leads out of the folder is not followed',
    );
    const { content } = await entry(site(), 'post', 'hello-printers');
    assert.match(content, /"url":"\\\/files\\\/press-640\.jpg"/);
    assert.match(content, /<img src="\/files\/press-640\.jpg"/);
    const press = await entry(site(), 'attachment', 'press');
    assert.equal(press.modifiedAt, modifiedAt);
    assert.equal(press.fields['alt'], 'A hand press');
    const meta = (await site().meta.of('entry', [press.id])).get(press.id);
    assert.deepEqual(meta?.['_kept_file']?.slice(-1), ['/wp-content/uploads/2019/04/press.jpg']);
    const first = await dumpOf(site());
    await run(site(), { media: uploads });
    assert.deepEqual(await dumpOf(site()), first);
  });

  test('new comments of a known item come in, and what was removed comes again', async () => {
    const more = join(folder, 'more.xml');
    const comment = `<wp:comment><wp:comment_id>109</wp:comment_id><wp:comment_author>Late</wp:comment_author><wp:comment_date_gmt>2019-05-01 08:00:00</wp:comment_date_gmt><wp:comment_content>Later.</wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_parent>102</wp:comment_parent></wp:comment>`;
    writeFileSync(more, readFileSync(FIXTURE, 'utf8').replace('<wp:comment>', `${comment}<wp:comment>`));
    const again = await run(site(), {}, more);
    assert.deepEqual(
      again.rows.find((row) => row.kind === 'comment'),
      { kind: 'comment', imported: 1, existing: 4, skipped: 0, failed: 0 },
    );
    const late = await site().database.read('comments').select('parent_id').where({ author_name: 'Late' }).first();
    const answered = await site().database.read('comments').select('id').where({ author_name: 'Linus' }).first();
    assert.equal((late as { parent_id: number }).parent_id, (answered as { id: number }).id);
    const { id } = await entry(site(), 'post', 'later');
    await site().entries.remove(id, { viewer: SYSTEM });
    const third = await run(site());
    assert.equal(third.rows.find((row) => row.kind === 'post')?.imported, 1);
    await entry(site(), 'post', 'later');
  });

  test('another item with the same number comes in beside, and so do its comments', async () => {
    const other = join(folder, 'other.xml');
    const text = readFileSync(FIXTURE, 'utf8')
      .replaceAll('hello-printers', 'another')
      .replaceAll('/?p=14<', '/?p=14&amp;other=1<')
      .replaceAll('Hello, <em>printers</em>', 'Another one');
    writeFileSync(other, text);
    const again = await run(site(), {}, other);
    assert.equal(again.rows.find((row) => row.kind === 'post')?.imported, 1);
    assert.equal(again.rows.find((row) => row.kind === 'comment')?.imported, 4);
    const first = await dumpOf(site());
    assert.equal((await run(site(), {}, other)).total('imported'), 0);
    assert.deepEqual(await dumpOf(site()), first);
  });

  test('authors can be mapped, given to one user, or left out; an unknown user is refused first', async () => {
    const editor = await suite.current.loginAs('editor');
    const mapped = await run(site(), { authors: { ada: editor.user.login }, source: 'mapped' });
    assert.equal(mapped.total('failed'), 0);
    const posts = async (source: string): Promise<(number | null)[]> => {
      const { items } = await site().entries.find(
        { type: 'post', status: STATUSES, title: 'Private', limit: 50 },
        SYSTEM,
      );
      assert.ok(items.length > 0, source);
      return items.map((item) => item.authorId);
    };
    assert.ok((await posts('mapped')).includes(editor.user.id));
    await run(site(), { authors: 'skip', source: 'skipped' });
    assert.ok((await posts('skipped')).includes(null));
    await run(site(), { author: editor.user.login, source: 'one' });
    assert.equal((await posts('one')).filter((id) => id === editor.user.id).length, 2);
    const before = await site().entries.total('post');
    await assert.rejects(run(site(), { author: 'nobody', source: 'x' }), { code: 'GALLEY_USER_UNKNOWN' });
    await assert.rejects(run(site(), { authors: { ada: 'nobody' }, source: 'x' }), { code: 'GALLEY_USER_UNKNOWN' });
    await assert.rejects(run(site(), { media: join(folder, 'absent') }), { code: 'GALLEY_FILE_UNKNOWN' });
    assert.equal(await site().entries.total('post'), before);
  });

  test('only who holds the capability imports or exports, and nobody brings in more than he may write', async () => {
    const { viewer } = await suite.current.loginAs('editor');
    const importer = site().services.use('importer');
    await assert.rejects(importer.run(FIXTURE, {}, { viewer }), { code: 'GALLEY_PERMISSION_DENIED' });
    await assert.rejects(importer.check(FIXTURE, { viewer }), { code: 'GALLEY_PERMISSION_DENIED' });
    assert.throws(() => importer.export({ viewer }), { code: 'GALLEY_PERMISSION_DENIED' });
    const script = join(folder, 'script.xml');
    const body = '<content:encoded><![CDATA[<script>alert(1)</script><p>Text</p>]]></content:encoded>';
    const text = readFileSync(FIXTURE, 'utf8').replace(/<content:encoded>[^\n]*Written later[^\n]*/, body);
    assert.ok(text.includes('<script>alert(1)</script><p>'));
    writeFileSync(script, text.replaceAll('<wp:post_name>later<', '<wp:post_name>scripted<'));
    const bounded = { ...viewer, can: (name: string) => name !== 'unfiltered_html' };
    await importer.run(script, { source: 'script' }, { viewer: bounded });
    assert.equal((await entry(site(), 'post', 'scripted')).content, '<p>Text</p>');
  });

  test('a plugin may change an item or leave it out', async () => {
    const remove = site().hooks.addFilter('import:item', (item) => {
      if (item?.type === 'recipe') return { ...item, type: 'post', title: `Recipe: ${item.title}` };
      return item?.title === 'Private' ? null : item;
    });
    const again = await run(site(), { source: 'filtered' });
    remove();
    assert.equal(
      again.rows.find((row) => row.kind === 'recipe'),
      undefined,
    );
    assert.ok(again.notes.some((note) => note.reason === 'a plugin left it out' && note.what === 'Private'));
    const found = await site().entries.findOne({ type: 'post', title: 'Recipe: Recipe', status: STATUSES }, SYSTEM);
    assert.ok(found);
  });

  test('an item that the store refuses fails alone, with its line', async () => {
    const file = join(folder, 'long.xml');
    const text = readFileSync(FIXTURE, 'utf8').replace('<![CDATA[Private]]>', `<![CDATA[${'x'.repeat(3000)}]]>`);
    writeFileSync(file, text);
    const again = await run(site(), { source: 'long' }, file);
    assert.deepEqual([again.total('failed'), again.rows.find((row) => row.kind === 'page')?.imported], [1, 2]);
    const note = again.notes.find(({ outcome }) => outcome === 'failed');
    assert.match(note?.where ?? '', /^long\.xml:\d+$/);
    assert.match(note?.reason ?? '', /title is too long/);
  });

  test('it stops between two items when asked, and goes on with the next run', async () => {
    const controller = new AbortController();
    const importer = site().services.use('importer');
    const stopped = await importer.run(
      FIXTURE,
      { source: 'stopped' },
      {
        viewer: SYSTEM,
        signal: controller.signal,
        progress: (done) => done === 3 && controller.abort(),
      },
    );
    assert.equal(stopped.isStopped, true);
    const rest = await run(site(), { source: 'stopped' });
    const sum = (kinds: ImportReport): number =>
      kinds.rows
        .filter((row) => row.kind === 'post' || row.kind === 'page')
        .reduce((all, row) => all + row.imported, 0);
    assert.equal(sum(stopped) + sum(rest), 7);
    assert.equal(sum(stopped), 3);
  });
});
