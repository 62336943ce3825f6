import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';

const TEXT = '<!-- wp:paragraph -->\n<p>Shared</p>\n<!-- /wp:paragraph -->';

interface Answer {
  status: number;
  body: {
    id?: number;
    links?: { id: number; title: string; type: string; url: string; status: string }[];
    patterns?: {
      id: number;
      title: string;
      synced: boolean;
      editUrl: string;
      name?: string;
      category?: string;
      content?: string;
    }[];
    content?: string;
  };
}

forEachSite({ plugins: ['posts', 'blocks', 'users', 'dashboard', 'editor'] }, (suite) => {
  const people = new Map<string, ReturnType<typeof suite.current.loginAs>>();

  async function ask(role: string, url: string, payload?: object): Promise<Answer> {
    const login = people.get(role) ?? suite.current.loginAs(role);
    people.set(role, login);
    const who = await login;
    const headers = {
      cookie: who.cookie,
      'x-csrf-token': who.token,
      'content-type': 'application/json',
      accept: 'application/json',
      'sec-fetch-site': 'same-origin',
    };
    const reply = await suite.current.inject({
      method: payload ? 'POST' : 'GET',
      url: `/admin/api/editor/${url}`,
      headers,
      ...(payload ? { payload: JSON.stringify(payload) } : {}),
    });
    return { status: reply.statusCode, body: JSON.parse(reply.body) as Answer['body'] };
  }

  const titles = async (role: string, search: string): Promise<string[]> =>
    ((await ask(role, `links?search=${encodeURIComponent(search)}`)).body.links ?? []).map(({ title }) => title);

  test('a writer finds by title what he may see, and nobody finds others’ drafts or private texts', async () => {
    const { entries } = suite.current.site;
    const save = (title: string, status: 'publish' | 'draft' | 'private') =>
      entries.save({ type: 'post', title, status, content: TEXT }, { viewer: SYSTEM });
    const told = await save('Toner &amp; drum', 'publish');
    await save('Toner untold', 'draft');
    await save('Toner hidden', 'private');
    assert.deepEqual((await titles('editor', 'toner')).sort(), ['Toner & drum', 'Toner hidden', 'Toner untold']);
    assert.deepEqual(await titles('author', 'TONER'), ['Toner & drum']);
    assert.deepEqual(await titles('author', 'untold'), []);
    assert.ok((await titles('author', '')).includes('Toner & drum'), 'the last changed before anything is typed');
    const [found] = (await ask('author', 'links?search=drum')).body.links ?? [];
    assert.equal(found?.id, told.id);
    assert.equal(found?.type, 'post');
    assert.match(found?.url ?? '', /\/toner-amp-drum\/$/);
    assert.equal((await ask('subscriber', 'links?search=ink')).status, 403);
    assert.equal((await ask('author', `links?search=${'x'.repeat(201)}`)).status, 400);
  });

  test('a search answers with ten at most', async () => {
    const { entries } = suite.current.site;
    for (let count = 0; count < 12; count++)
      await entries.save({ type: 'page', title: `Many ${count}`, status: 'publish' }, { viewer: SYSTEM });
    assert.equal((await titles('author', 'many')).length, 10);
  });

  test('who may publish keeps blocks as a pattern, cleaned by his right; others may use it', async () => {
    const content = '<!-- wp:paragraph -->\n<p onclick="x()">Kept</p>\n<!-- /wp:paragraph -->';
    const draft = { title: 'Greeting', content, synced: true };
    assert.equal((await ask('contributor', 'patterns', draft)).status, 403);
    assert.equal((await ask('subscriber', 'patterns', draft)).status, 403);
    const made = await ask('author', 'patterns', draft);
    assert.equal(made.status, 201);
    const copied = await ask('author', 'patterns', { ...draft, title: 'Copied', synced: false });
    const { patterns = [] } = (await ask('contributor', 'patterns')).body;
    assert.deepEqual(
      patterns.map(({ title, synced, editUrl }) => ({ title, synced, editUrl })),
      [
        { title: 'Copied', synced: false, editUrl: '' },
        { title: 'Greeting', synced: true, editUrl: '' },
      ],
    );
    const [own] = (await ask('author', 'patterns')).body.patterns ?? [];
    assert.equal(own?.editUrl, `/admin/content/wp_block/${copied.body.id}`);
    const { content: kept = '' } = (await ask('contributor', `patterns/${made.body.id}`)).body;
    assert.match(kept, /<p>Kept<\/p>/);
    assert.equal((await ask('subscriber', 'patterns')).status, 403);
    assert.equal((await ask('subscriber', `patterns/${made.body.id}`)).status, 403);
    assert.equal((await ask('author', 'patterns', { ...draft, title: ' ' })).status, 400);
    assert.equal((await ask('author', 'patterns', { ...draft, more: 1 })).status, 400);
  });

  test('no pattern tells what is no pattern, unpublished or behind a password', async () => {
    const { entries } = suite.current.site;
    const save = (more: object) =>
      entries.save(
        { type: 'wp_block', status: 'publish', title: 'Closed', content: TEXT, ...more },
        { viewer: SYSTEM },
      );
    const closed = await Promise.all([
      save({ status: 'draft' }),
      save({ status: 'private' }),
      save({ password: 'ink' }),
      entries.save({ type: 'post', status: 'publish', title: 'Closed', content: TEXT }, { viewer: SYSTEM }),
    ]);
    for (const { id } of closed) assert.equal((await ask('author', `patterns/${id}`)).status, 404, String(id));
    const { patterns = [] } = (await ask('author', 'patterns')).body;
    assert.ok(!patterns.some(({ title }) => title === 'Closed'));
  });

  test('patterns of the theme and of plugins are there for who writes, and what he gets he may save as it is', async () => {
    const { site } = suite.current;
    const undefine = site.patterns.define('acme/hours', { title: 'Opening hours', content: TEXT });
    const { status, body } = await ask('author', 'ready-patterns');
    undefine();
    assert.equal(status, 200);
    const { patterns = [] } = body;
    assert.deepEqual(
      patterns.filter(({ name }) => name === 'acme/hours'),
      [{ name: 'acme/hours', title: 'Opening hours', category: '', description: '', keywords: '', content: TEXT }],
    );
    const facts = patterns.find(({ name }) => name === 'default/facts');
    assert.equal(facts?.category, 'Text');
    for (const { name, content = '' } of patterns)
      assert.equal(site.blocks.sanitize(content, { unfiltered: false }).content, content, name);
    assert.equal((await ask('subscriber', 'ready-patterns')).status, 403);
    await site.options.set('language', 'de');
    const german = (await ask('author', 'ready-patterns')).body.patterns ?? [];
    await site.options.set('language', 'en');
    assert.match(german.find(({ name }) => name === 'default/facts')?.content ?? '', /<p>Ein kurzer Satz dazu\.<\/p>/);
  });
});
