// Plugins that come with Galley and can be contained: an administrator moves them, and they do the same work there.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS, type Entry, SYSTEM } from 'galley';
import { startTestSite, type TestSite, until } from 'galley/testing';
import { parseManifest } from '../core/kernel/plugin-manifest.ts';
import type { Comments } from '../plugins/comments/comments.ts';

const NAMES = ['sharing', 'oembed', 'series', 'security-txt', 'freshness', 'comment-guard'];
const PLUGINS = ['posts', 'blocks', 'comments', 'dashboard', ...NAMES];
const WAIT_MS = 20_000;

test('their manifests are right in every part, which nobody checks at a start', () => {
  for (const name of NAMES) {
    const directory = join(import.meta.dirname, '../plugins', name);
    const manifest = parseManifest(JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')), directory);
    assert.ok(manifest.contained, name);
  }
});

const contentDir = mkdtempSync(join(tmpdir(), 'galley-own-plugins-'));
after(() => rmSync(contentDir, { recursive: true, force: true }));

for (const tier of ['trusted', 'contained'] as const) {
  describe(`plugins that come with Galley, ${tier}`, () => {
    let current: TestSite;
    const path = (slug: string): string => `${slug}-${tier}`;
    const save = (title: string, more: object = {}): Promise<Entry> =>
      current.site.entries.save(
        { type: 'post', status: 'publish', title, slug: path(title.toLowerCase()), ...more },
        { viewer: SYSTEM },
      );
    const get = async (url: string, role?: string): Promise<string> => {
      const headers = { cookie: role ? (await current.loginAs(role)).cookie : '' };
      return (await current.inject({ url, headers })).body;
    };
    const urlOf = async (entry: Entry): Promise<string> => (await current.site.entries.present([entry]))[0]?.url ?? '';

    before(async () => {
      if (tier === 'contained') await containAll();
      current = await startTestSite({ contentDir, plugins: PLUGINS });
      // A machine that has much else to do is no fault of a plugin.
      Object.assign(current.site.contained.limits, { hookWaitMs: WAIT_MS, deadlineMs: WAIT_MS });
    });
    after(async () => {
      const wrong = current.site.plugins.list().filter(({ state, faults }) => state === 'failed' || faults.length > 0);
      await current.stop();
      assert.deepEqual(
        wrong.map(({ name, reason, faults }) => ({ name, reason, faults })),
        [],
      );
    });

    /** As an administrator does it on the screen of plugins. */
    async function containAll(): Promise<void> {
      const first = await startTestSite({ contentDir, plugins: PLUGINS });
      try {
        const administrator = await first.loginAs('administrator');
        for (const name of NAMES)
          assert.equal((await first.submit(`/admin/plugins/${name}/contain`, {}, administrator)).statusCode, 303);
      } finally {
        await first.stop();
      }
    }

    test('each runs where the administrator wants it', () => {
      const tiers = NAMES.map((name) => current.site.plugins.get(name)?.tier);
      assert.deepEqual(tiers, Array(NAMES.length).fill(tier));
      assert.equal(current.site.contained.hosts.size, 0, 'no host runs before somebody asks');
    });

    test('sharing says what other places may show, and what the page is', async () => {
      const settings = { previews: true, structured: true, account: '' };
      await current.site.options.set('plugin.sharing', settings);
      const entry = await save('Shared', { excerpt: 'Said "in short".', terms: { post_tag: ['Tea'] } });
      const html = await get(await urlOf(entry));
      assert.match(html, /<meta property="og:type" content="article">/);
      assert.match(html, /<meta property="og:title" content="Shared">/);
      assert.match(html, /<meta property="og:description" content="Said &quot;in short&quot;\.">/);
      assert.match(html, new RegExp(`<meta property="og:url" content="https?://[^"]+/${path('shared')}/">`));
      assert.match(html, /<meta property="article:tag" content="Tea">/);
      assert.match(html, /"@type":"BlogPosting","headline":"Shared"/);
      assert.match(html, /"@type":"BreadcrumbList"/);
      assert.match(await get('/'), /"@type":"WebSite"/);
      assert.doesNotMatch(await get('/no-such-page/'), /og:title/);
      await current.site.options.set('plugin.sharing', { ...settings, previews: false, structured: false });
      assert.doesNotMatch(await get(await urlOf(entry)), /og:title|schema\.org/);
    });

    test('oembed gives a card of a text to those who follow the tag in its head, and of nothing else', async () => {
      const html = await get(await urlOf(await save('Cards & more', { slug: path('cards') })));
      const address = /<link rel="alternate" href="([^"]*)" type="application\/json\+oembed"/.exec(html)?.[1] ?? '';
      const { pathname, search } = new URL(address.replaceAll('&amp;', '&'));
      const card = JSON.parse(await get(pathname + search)) as Record<string, string>;
      assert.equal(card['type'], 'rich');
      assert.match(card['html'] ?? '', />Cards &#38; more<\/a>/);
      const missing = await current.inject({ url: '/plugins/oembed?url=https%3A%2F%2Fexample.org%2Fnothing%2F' });
      assert.equal(missing.statusCode, 404);
      assert.equal((await current.inject({ url: '/plugins/oembed?url=https%3A%2F%2Fa.b%2F%25' })).statusCode, 404);
    });

    test('series lists the parts in their order and marks the one that is read', async () => {
      const part = (title: string, publishedAt: number) =>
        save(title, {
          publishedAt,
          content: `<!-- wp:series/parts {"term":"garden ${tier}","heading":"All parts"} /-->`,
          terms: { post_tag: [`Garden ${tier}`] },
        });
      const first = await part('Seeds', Date.UTC(2026, 0, 1));
      const second = await part('Leaves', Date.UTC(2026, 1, 1));
      assert.match(
        await get(await urlOf(second)),
        /<h2[^>]*>All parts<\/h2><ol><li><a href="[^"]*">Seeds<\/a><\/li><li><strong>Leaves<\/strong>/,
      );
      await part('Fruit', Date.UTC(2026, 2, 1));
      assert.match(await get(await urlOf(first)), /<strong>Seeds<\/strong>[\s\S]*Leaves[\s\S]*>Fruit<\/a>/);
    });

    test('security-txt publishes what the panel was told, and asks in time whether it is still right', async () => {
      const file = () => current.inject({ url: '/.well-known/security.txt' });
      const panel = '/admin/plugin/security-txt/contact';
      const administrator = await current.loginAs('administrator');
      const send = (values: Record<string, string>) => current.submit(panel, values, administrator);
      await send({ _action: 'withdraw' });
      assert.equal((await file()).statusCode, 404);
      const wrong = await send({ _action: 'publish', contact: 'nobody' });
      assert.match(wrong.body, /The contact is a mail address/);
      assert.equal((await file()).statusCode, 404);
      const right = await send({ _action: 'publish', contact: 'holes@example.org', languages: 'en, de' });
      assert.match(right.body, /It holds for a year from today/);
      assert.match((await file()).body, /^Contact: mailto:holes@example\.org\nExpires: 20\d\d-.*Z\n/);
      assert.match(String((await file()).headers['content-type']), /^text\/plain/);
      assert.doesNotMatch(await get('/admin', 'administrator'), /Is the contact still right/);
      const contact = { contact: 'holes@example.org', policy: '', key: '', languages: '', checkedAt: 0 };
      await current.site.contained.calls.run('security-txt', 'kv.set', { key: 'contact', value: contact });
      assert.match(await get('/admin', 'administrator'), /Security contact: Is the contact still right/);
      assert.doesNotMatch(await get('/admin', 'editor'), /Is the contact still right/);
    });

    test('freshness finds old texts at night, and forgets those that somebody has read again', async () => {
      const { cron, database } = current.site;
      const old = await save('Dusty & old');
      const longAgo = { modified_at: Date.UTC(2001, 0, 2) };
      await database.write('entries').where({ id: old.id }).update(longAgo);
      assert.equal((await cron.run('freshness:nightly')).error, null);
      await until(async () => (await get('/admin', 'editor')).includes('Dusty &amp; old'));
      const panel = '/admin/plugin/freshness/list';
      assert.match(
        await get(panel, 'editor'),
        new RegExp(`href="/admin/content/post/${old.id}">Dusty &amp; old \\(2001`),
      );
      assert.equal((await current.inject({ url: panel })).statusCode, 303);
      const editor = await current.loginAs('editor');
      const read = await current.submit(panel, { _action: 'right', id: String(old.id) }, editor);
      assert.match(read.body, /Every text was looked after lately/);
      assert.doesNotMatch(await get('/admin', 'editor'), /Still right\?/);
    });

    test('comment-guard holds back what looks like an advertisement, and lets the rest pass', async () => {
      const comments = current.site.services.need('comments') as Comments;
      await current.site.options.update<object>('comments', (known) => ({ ...known, moderation: 'none' }));
      const { id: entryId } = await save('Discussed');
      const write = async (content: string, authorName = 'Ann'): Promise<string> => {
        const draft = { entryId, content, authorName, authorEmail: 'ann@example.net' };
        return (await comments.add(draft, { viewer: ANONYMOUS })).status;
      };
      await current.site.options.set('comments_flood', 0);
      assert.equal(await write(`I grow ${tier} tomatoes beside the wall.`), 'approved');
      assert.equal(await write(`Buy ${tier} watches [url=x]here[/url]`), 'pending');
      assert.equal(await write(`Buy ${tier} shoes [url=x]here[/url]`, 'www.shoes.example'), 'spam');
      const again = `You have not heard of ${tier} pills`;
      assert.deepEqual([await write(again), await write(again.toUpperCase())], ['approved', 'pending']);
      await until(async () => /Taken for spam[\s\S]*?>\d+</.test(await get('/admin', 'administrator')));
      assert.equal((await current.site.cron.run('comment-guard:forget')).error, null);
    });

    test('comment-guard forgets none of fifty comments that come at the same moment', async () => {
      const { site } = current;
      const value = (key: string): Promise<unknown> => site.contained.calls.run('comment-guard', 'kv.get', { key });
      const before = [((await value('seen')) as []).length, Number(await value('held-pending'))];
      const judge = (index: number): Promise<unknown> =>
        site.contained.ask(
          site.plugins.need('comment-guard'),
          'hooks.comment:saving',
          JSON.stringify({
            content: `Offer ${tier} ${index} [url=x]y[/url] for you`,
            authorName: 'Ann',
            authorUrl: '',
          }),
        );
      const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => judge(index)));
      assert.deepEqual(answers, Array(50).fill({ status: 'pending' }));
      const after = [((await value('seen')) as []).length, Number(await value('held-pending'))];
      assert.deepEqual(
        after,
        before.map((count) => count + 50),
      );
    });
  });
}
