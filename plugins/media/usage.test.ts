import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { MigrationContext, SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { ApiVisitor } from './api-visitor.test-data.ts';
import * as sample from './sample-files.test-data.ts';

forEachSite({}, (suite) => {
  const site = () => suite.current;
  let editor: ApiVisitor;
  let author: ApiVisitor;

  before(async () => {
    editor = new ApiVisitor(site, await suite.current.loginAs('editor'));
    author = new ApiVisitor(site, await suite.current.loginAs('author'));
    suite.current.site.types.register('usage-thing', {
      title: 'Things',
      singular: 'Thing',
      supports: ['title', 'content'],
      capability: 'post',
      public: true,
      fields: {
        hero: { kind: 'media', label: 'Hero' },
        rows: { kind: 'repeater', label: 'Rows', fields: { pictures: { kind: 'media', label: 'P', many: true } } },
        count: { kind: 'integer', label: 'Count' },
        text: { kind: 'richtext', label: 'Text' },
      },
    });
  });
  const upload = async (): Promise<{ id: number; url: string; version: number }> =>
    (await author.upload('/', { name: 'used.jpg', type: 'image/jpeg', data: await sample.jpeg(30, 20) })).value;
  const save = (draft: object) =>
    site().site.entries.save({ type: 'post', status: 'publish', title: 'Post', ...draft } as never, { viewer: SYSTEM });
  const placesOf = async (id: number, who = editor): Promise<string[]> =>
    (await who.get(`/${id}`)).value.usage.map(({ place }: { place: string }) => place).sort();

  test('a file knows the entries whose text, picture and fields use it', async () => {
    const [a, b, c] = [await upload(), await upload(), await upload()];
    const post = await save({
      featuredId: a.id,
      content: `<!-- wp:image {"id":${b.id}} -->\n<figure class="wp-block-image"><img src="/x.jpg"/></figure>\n<!-- /wp:image --><p><a href="${c.url}?v=1#x">c</a></p><img class="wp-image-${c.id}">`,
    });
    assert.deepEqual(
      [await placesOf(a.id), await placesOf(b.id), await placesOf(c.id)],
      [['featured'], ['content'], ['content']],
    );
    const thing = await save({
      type: 'usage-thing',
      fields: { hero: a.id, rows: [{ pictures: [b.id, 999_999] }], count: c.id, text: `<img src="${c.url}">` },
    });
    assert.deepEqual(await placesOf(a.id), ['featured', 'field:hero']);
    assert.deepEqual(await placesOf(b.id), ['content', 'field:rows']);
    assert.deepEqual(await placesOf(c.id), ['content', 'field:text']);
    await site().site.entries.save({ id: post.id, content: '', featuredId: null }, { viewer: SYSTEM });
    assert.deepEqual(await placesOf(a.id), ['field:hero']);
    await site().site.entries.remove(thing.id, { viewer: SYSTEM });
    assert.deepEqual(await placesOf(a.id), []);
  });

  test('who may not see an entry learns only that there is one more use', async () => {
    const file = await upload();
    await save({ status: 'draft', title: 'Hush', featuredId: file.id });
    const { value } = await author.get(`/${file.id}`);
    assert.deepEqual([value.usage, value.hiddenUses], [[], 1]);
    const { value: seen } = await editor.get(`/${file.id}`);
    assert.deepEqual([seen.usage[0].label, seen.hiddenUses], ['Hush', 0]);
  });

  test('settings use files too', async () => {
    const file = await upload();
    const { options } = site().site;
    options.define('usage_logo', { default: 0, schema: { type: 'integer' }, label: 'Logo' });
    options.define('usage_note', { default: '', schema: { type: 'string' }, label: 'Note' });
    await options.set('usage_logo', file.id);
    await options.set('usage_note', `See <a href="${file.url}">it</a>`);
    assert.deepEqual(await placesOf(file.id), ['option', 'option']);
    await options.set('usage_logo', 0);
    assert.deepEqual(await placesOf(file.id), ['option']);
  });

  test('all of it is made anew from what is there', async () => {
    const file = await upload();
    const { id } = await save({ featuredId: file.id });
    await site().site.database.write('media_usage').delete();
    assert.deepEqual(await placesOf(file.id), []);
    const { MediaUsage } = await import('./usage.ts');
    const read = await new MediaUsage(site().site).rebuild();
    assert.ok(read >= 1);
    const { value } = await editor.get(`/${file.id}`);
    assert.deepEqual(value.usage[0], {
      source: `entry:${id}`,
      place: 'featured',
      label: 'Post',
      url: `/admin/content/post/${id}`,
    });
  });

  test('a synced pattern says where it stands, and is asked about before it goes from there', async () => {
    const { entries } = site().site;
    const { cookie } = await site().loginAs('editor');
    const browser = new Browser(() => suite.current, cookie);
    const pattern = await save({ type: 'wp_block', title: 'Hours', content: '<p>Nine</p>' });
    const other = await save({ type: 'wp_block', title: 'Idle', content: '<p>Idle</p>' });
    const form = `/admin/content/wp_block/${pattern.id}`;
    const shows = `<!-- wp:block {"ref":${pattern.id}} /-->`;
    assert.match((await browser.get(form)).text, /Used nowhere yet/);
    const shown = await save({ title: 'Shows it twice', content: `${shows}\n${shows}` });
    await site().site.options.set('usage_note', shows);
    const thrown = await save({ title: 'Thrown', content: shows });
    await entries.trash(thrown.id, { viewer: SYSTEM });
    const page = await browser.get(form);
    assert.match(page.text, /Used in 2 places Shows it twice A setting of the site/);
    assert.doesNotMatch(page.text, /Thrown/);

    const { result: list, queries } = await site().site.database.countQueries(() =>
      browser.get('/admin/content/wp_block'),
    );
    assert.match(list.text, /Trash : Idle Published now now 0 .* Trash : Hours Published now now 2 /);
    assert.equal(queries.filter(({ sql }) => sql.includes('media_usage')).length, 1);

    const status = async (id: number) => (await entries.get(id, SYSTEM))?.status;
    const question = await browser.submit(page, 'Move to the trash');
    assert.match(
      question.text,
      /Move “Hours” to the trash\? .*It is used in 2 places, which will show nothing instead: /,
    );
    assert.equal(await status(pattern.id), 'publish');
    const done = await browser.submit(question, 'Move to the trash');
    assert.match(done.text, /“Hours” is moved to the trash\. Undo/);
    assert.equal(await status(pattern.id), 'trash');
    await browser.submit(done, 'Undo');
    assert.equal(await status(pattern.id), 'publish');

    const ids = [String(pattern.id), String(other.id)];
    const several = await browser.submit(await browser.get('/admin/content/wp_block'), 'Apply', {
      action: 'trash',
      ids,
    });
    assert.match(
      several.text,
      /Move 2 .* to the trash\? .*They are used in 2 places, which will show nothing instead: /,
    );
    const idle = await browser.submit(list, 'Trash : Idle');
    assert.match(idle.text, /“Idle” is moved to the trash/, 'what stands nowhere goes without a question');
    await entries.trash(pattern.id, { viewer: SYSTEM });
    const forGood = await browser.get(`${form}/delete`);
    assert.match(forGood.text, /This cannot be undone\. .*It is used in 2 places, .*Shows it twice/);

    await entries.save({ id: shown.id, content: '' }, { viewer: SYSTEM });
    const { MediaUsage } = await import('./usage.ts');
    await site().site.database.write('media_usage').delete();
    const usage = new MediaUsage(site().site);
    const counts = async () => [...(await usage.standingCounts([pattern.id, other.id]))];
    await usage.rebuild();
    assert.deepEqual(await counts(), [[pattern.id, 1]]);
    await entries.save({ id: shown.id, content: shows }, { viewer: SYSTEM });
    await site().site.database.write('media_usage').delete();
    const { up } = await import('./migrations/20261129000200_pattern_uses.ts');
    for (const _ of [1, 2]) await up(new MigrationContext(site().site.database));
    assert.deepEqual(await counts(), [[pattern.id, 2]], 'a site that is older than this learns it as it is updated');
  });
});
