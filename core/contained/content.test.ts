// What plugins read and write of the content of a site, in each tier.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { writePlugins } from '../../test/support/contained-plugins.ts';
import type { Entry } from '../content/entry.ts';
import { SYSTEM } from '../identity/viewer.ts';
import { forEachTier } from '../testing.ts';
import type { FoundEntry } from './galley-api.ts';

const CLERK = {
  name: 'clerk',
  capabilities: [
    ...['jobs', 'media:read', 'users:read', 'terms:read', 'content:author:recipe'],
    ...['content:read:recipe', 'content:read:recipe:draft'],
    ...['content:write:recipe', 'content:write:recipe:publish', 'content:write:recipe:trash'],
  ],
  contained: { jobs: { try: { summary: 'Tries a call.' } } },
  source: `export default { jobs: { try: async ([group, call, ...args], galley) => {
    try { return { is: await galley[group][call](...args) }; } catch (error) { return { no: error.message }; }
  } } };`,
};
const POOR = { ...CLERK, name: 'poor', capabilities: ['jobs', 'content:read:recipe', 'content:write:recipe'] };
const folder = writePlugins([CLERK, POOR]);
const JPEG = { type: 'attachment', status: 'inherit', mimeType: 'image/jpeg' } as const;

forEachTier(join(folder, 'clerk'), { plugins: ['posts', 'media', 'poor'], engines: 'each' }, (suite) => {
  const ask = async (plugin: string, call: unknown[]): Promise<{ is?: unknown; no?: string }> => {
    const { site } = suite.current;
    return (await site.contained.ask(site.plugins.need(plugin), 'jobs.try', JSON.stringify(call))) as object;
  };
  const run = async <T>(...call: unknown[]): Promise<T> => {
    const { is, no } = await ask('clerk', call);
    assert.equal(no, undefined);
    return is as T;
  };
  const refused = async (pattern: RegExp, plugin: string, ...call: unknown[]): Promise<void> => {
    const { is, no } = await ask(plugin, call);
    assert.equal(is, undefined);
    assert.match(no ?? '', pattern);
  };
  const picture = (title: string, more: object = {}): Promise<Entry> => {
    const fields = { name: 'quay.jpg', file: `/media/${title}.jpg`, width: 800, height: 600, bytes: 9, alt: 'A quay' };
    return suite.current.site.entries.save({ ...JPEG, title, fields, ...more }, { viewer: SYSTEM });
  };
  let author = 0;
  before(async () => {
    author = (await suite.current.loginAs('author')).user.id;
    suite.current.site.types.ownedBy('kitchen').register('recipe', {
      title: 'Recipes',
      singular: 'Recipe',
      supports: ['title', 'content', 'excerpt', 'thumbnail'],
      public: true,
      capability: 'post',
      taxonomies: ['category', 'post_tag'],
      fields: {
        dish: { kind: 'text', label: 'Dish' },
        secret: { kind: 'text', label: 'Secret', writable: 'manage_options' },
      },
    });
  });

  test('an entry is saved with all that belongs to it', async () => {
    const { site } = suite.current;
    const { id: featuredId } = await picture('soup');
    const tea = await site.terms.save({ taxonomy: 'category', name: 'Tea' }, { viewer: SYSTEM });
    const saved = await run<FoundEntry>('content', 'save', {
      type: 'recipe',
      status: 'publish',
      title: 'Soup',
      excerpt: 'Warm.',
      fields: { dish: 'soup' },
      terms: { category: [tea.id], post_tag: [] },
      featuredId,
      publishedAt: Date.UTC(2026, 0, 2),
      authorId: author,
    });
    const entry = await site.entries.need(saved.id);
    const { excerpt, fields, publishedAt, authorId } = entry;
    assert.deepEqual(
      { excerpt, dish: fields['dish'], featuredId: entry.featuredId, publishedAt, authorId },
      { excerpt: 'Warm.', dish: 'soup', featuredId, publishedAt: Date.UTC(2026, 0, 2), authorId: author },
    );
    assert.deepEqual([saved.authorId, saved.featuredId, saved.fields['dish']], [author, featuredId, 'soup']);
    const terms = await run<{ name: string }[]>('terms', 'of', saved.id);
    assert.deepEqual(
      terms.map(({ name }) => name),
      ['Tea'],
    );
    const changed = await run<FoundEntry>('content', 'save', {
      id: saved.id,
      featuredId: null,
      terms: { category: ['tea'] },
    });
    assert.deepEqual([changed.featuredId, changed.authorId, changed.fields['dish']], [null, author, 'soup']);
  });

  test('and with nothing that its rights do not cover', async () => {
    const { site } = suite.current;
    const draft = { type: 'recipe', title: 'No' };
    await refused(/secret/i, 'clerk', 'content', 'save', { ...draft, fields: { secret: 'x' } });
    await refused(/"content:author:recipe"/, 'poor', 'content', 'save', {
      ...draft,
      authorId: author,
    });
    const reader = (await suite.current.loginAs('subscriber')).user.id;
    await refused(/nobody who may write this/, 'clerk', 'content', 'save', { ...draft, authorId: reader });
    await refused(/nobody who may write this/, 'clerk', 'content', 'save', { ...draft, authorId: 99_999 });
    const hidden = await picture('hidden', { status: 'private' });
    await refused(/no picture/, 'clerk', 'content', 'save', { ...draft, featuredId: hidden.id });
    const post = await site.entries.save({ type: 'recipe', status: 'publish', title: 'P' }, { viewer: SYSTEM });
    await refused(/no picture/, 'clerk', 'content', 'save', { ...draft, featuredId: post.id });
    await refused(/no public taxonomy "nav_menu"/, 'clerk', 'content', 'save', { ...draft, terms: { nav_menu: [1] } });
    await refused(/may not change categories/i, 'clerk', 'content', 'save', {
      ...draft,
      terms: { category: ['New one'] },
    });
    await refused(/content\.save: \/terms/, 'clerk', 'content', 'save', { ...draft, terms: { category: [{}] } });
  });

  test('an entry goes to the trash, where the manifest says so', async () => {
    const { site } = suite.current;
    const own = await run<FoundEntry>('content', 'save', { type: 'recipe', status: 'publish', title: 'Old' });
    await refused(/"content:write:recipe:trash"/, 'poor', 'content', 'trash', own.id);
    assert.equal(await run('content', 'trash', own.id), null);
    assert.equal((await site.entries.need(own.id, SYSTEM)).status, 'trash');
    await refused(/no entry/, 'clerk', 'content', 'trash', own.id);
    const page = await site.entries.save({ type: 'page', status: 'publish', title: 'Page' }, { viewer: SYSTEM });
    await refused(/no entry/, 'clerk', 'content', 'trash', page.id);
  });

  test('long lists are read page by page, each entry once', async () => {
    const { site } = suite.current;
    const ids: number[] = [];
    for (let index = 0; index < 7; index++) {
      const draft = {
        type: 'recipe',
        status: 'publish',
        title: `Page ${index % 3}`,
        publishedAt: 1e12 + (index % 2),
      } as const;
      ids.push((await site.entries.save(draft, { viewer: SYSTEM })).id);
    }
    for (const order of ['published', 'modified', 'title']) {
      const seen: number[] = [];
      let next: unknown = null;
      do {
        const query: object = { type: 'recipe', order, search: 'Page', limit: 3, ...(next ? { after: next } : {}) };
        const page = await run<{ items: FoundEntry[]; next: string | null }>('content', 'page', query);
        seen.push(...page.items.map(({ id }) => id));
        next = page.next;
      } while (next !== null);
      assert.deepEqual(
        seen.toSorted((a, b) => a - b),
        ids,
        order,
      );
    }
    for (const after of ['?', Buffer.from('{"value":{},"id":1}').toString('base64url')])
      await refused(/cursor/, 'clerk', 'content', 'page', { type: 'recipe', after });
    await refused(/"content:read:page"/, 'clerk', 'content', 'page', { type: 'page' });
  });

  test('files are told of with their address and size, those that everybody sees', async () => {
    const { id } = await picture('bridge');
    const hidden = await picture('vault', { status: 'private' });
    const found = {
      id,
      title: 'bridge',
      type: 'image/jpeg',
      url: '/media/bridge.jpg',
      alt: 'A quay',
      width: 800,
      height: 600,
    };
    assert.deepEqual(await run('media', 'get', id), found);
    assert.equal(await run('media', 'get', hidden.id), null);
    assert.equal(await run('media', 'get', 99_999), null);
    const list = await run<{ items: { id: number }[]; next: unknown }>('media', 'list', { kind: 'image', limit: 1 });
    assert.deepEqual([list.items, typeof list.next], [[found], 'string']);
    const rest = await run<{ items: { id: number }[] }>('media', 'list', { kind: 'image', after: list.next });
    assert.equal(
      rest.items.some((item) => item.id === id || item.id === hidden.id),
      false,
    );
    assert.deepEqual((await run<{ items: unknown[] }>('media', 'list', { search: 'bridge' })).items, [found]);
    assert.deepEqual((await run<{ items: unknown[] }>('media', 'list', { kind: 'audio' })).items, []);
    for (const call of ['get', 'list']) await refused(/"media:read"/, 'poor', 'media', call, call === 'get' ? id : {});
  });

  test('of people and terms only what everybody sees is told', async () => {
    const { site } = suite.current;
    const { name, slug } = (await site.users.find(author)) ?? {};
    assert.deepEqual(await run('users', 'get', author), { id: author, name, slug });
    assert.equal(await run('users', 'get', 99_999), null);
    await refused(/"users:read"/, 'poor', 'users', 'get', author);
    const herb = await site.terms.save({ taxonomy: 'post_tag', name: 'Herb' }, { viewer: SYSTEM });
    const term = { id: herb.id, taxonomy: 'post_tag', name: 'Herb', slug: 'herb' };
    const tags = await run<{ id: number }[]>('terms', 'list', 'post_tag');
    assert.deepEqual(
      tags.find(({ id }) => id === herb.id),
      term,
    );
    assert.deepEqual(await run('terms', 'list', 'media_folder'), [], 'one that has no pages');
    assert.deepEqual(await run('terms', 'list', 'none'), []);
    await refused(/"terms:read"/, 'poor', 'terms', 'list', 'post_tag');
  });
});
