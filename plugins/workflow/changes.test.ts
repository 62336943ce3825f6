import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS, type Entry, type EntryDraft, SYSTEM, type Viewer } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { PendingChanges } from './changes.ts';
import { savePlan } from './plan.ts';
import { usePlan } from './test-plan.ts';

const DENIED = { code: 'GALLEY_PERMISSION_DENIED' };
const CONFLICT = { code: 'GALLEY_ENTRY_CONFLICT' };
const paragraph = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;
const PLUGINS = [
  'posts',
  'blocks',
  'users',
  'feeds',
  'search',
  'comments',
  'media',
  'dashboard',
  'preview',
  'workflow',
];

forEachSite({ plugins: PLUGINS }, (suite) => {
  const changes = () => new PendingChanges(suite.current.site);
  const live = (authorId: number, more: EntryDraft = {}): Promise<Entry> =>
    suite.current.site.entries.save(
      { type: 'post', title: 'Live', content: paragraph('What readers see.'), status: 'publish', authorId, ...more },
      { viewer: SYSTEM },
    );
  const keep = (entry: Entry, viewer: Viewer, draft: EntryDraft = { content: paragraph('Whatisnext.') }) =>
    changes().save(entry, draft, { viewer, baseVersion: entry.version, form: [] });
  const browserOf = async (role: string) => {
    const login = await suite.current.loginAs(role);
    return { ...login, browser: new Browser(() => suite.current, login.cookie) };
  };
  const read = (id: number): Promise<Entry> => suite.current.site.entries.need(id, ANONYMOUS);

  describe('a change that waits', () => {
    test('is kept from the form, previewed, edited further, and let go out', async () => {
      const { browser, user } = await browserOf('author');
      const entry = await live(user.id);
      const url = `/admin/content/post/${entry.id}`;
      const kept = await browser.submit(await browser.get(url), 'Save as a pending change', {
        title: 'Next',
        content: paragraph('First thought.'),
        'tags.post_tag': '',
      });
      assert.match(kept.text, /Kept as a pending change/);
      assert.match(kept.text, /As it is now.*With the change.*What readers see.*First thought/);
      assert.doesNotMatch(kept.text, /<p>/, 'words and no markup');
      assert.equal((await read(entry.id)).title, 'Live');
      assert.match((await browser.get(url)).text, /A change waits beside this/);
      const again = await browser.get(`${url}?restore=change`);
      assert.match(again.html, /value="Next"/);
      assert.match(again.html, /First thought\./);
      const further = await browser.submit(again, 'Save as a pending change', {
        content: paragraph('Second thought.'),
      });
      assert.match(further.text, /Second thought/);
      assert.match((await browser.get(`/admin/preview-page/post/${entry.id}?shows=pending`)).text, /Second thought/);
      assert.match((await browser.get(`/admin/preview-page/post/${entry.id}`)).text, /What readers see/);
      const out = await browser.submit(further, 'Publish the change now');
      assert.match(out.text, /The change is out/);
      const now = await read(entry.id);
      assert.deepEqual([now.title, now.content], ['Next', paragraph('Second thought.')]);
      assert.equal((await browser.get(`/admin/workflow/change/${entry.id}`)).status, 404);
    });

    test('has its footnotes with it: beside the text until it goes out, and live from then on', async () => {
      const { viewer, user, browser } = await browserOf('editor');
      const { site } = suite.current;
      const note = (content: string) => ({ footnotes: JSON.stringify([{ id: 'n1', content }]) });
      const body = `${paragraph('See <sup data-fn="n1">1</sup>.')}\n\n<!-- wp:footnotes /-->`;
      const entry = await live(user.id, { content: body, meta: note('Live source') });
      const notes = async () => (await site.meta.ofText(entry.id))['footnotes']?.[0] ?? '';
      const change = await keep(entry, viewer, { content: body, meta: { ...note('Next source'), other: 'no' } });
      assert.match(await notes(), /Live source/);
      const shown = await browser.get(`/admin/preview-page/post/${entry.id}?shows=pending`);
      assert.match(shown.text, /Next source/);
      await changes().publish(entry, change, { viewer });
      assert.match(await notes(), /Next source/);
      assert.deepEqual((await site.meta.of('entry', [entry.id], ['other'])).get(entry.id), {});
    });

    test('holds what stands beside the text too: address, dates, author and who may read it', async () => {
      const { browser, user, viewer } = await browserOf('editor');
      const { user: other } = await browserOf('author');
      const entry = await live(user.id, { title: 'Beside', slug: 'beside' });
      const url = `/admin/content/post/${entry.id}`;
      const kept = await browser.submit(await browser.get(url), 'Save as a pending change', {
        slug: 'moved-aside',
        until: '2035-05-01T08:00',
        untilThen: 'private',
        authorId: String(other.id),
        visibility: 'private',
      });
      assert.match(kept.text, /Address.*beside.*moved-aside/);
      assert.match(kept.text, /Visible until.*1 May 2035, 08:00/);
      assert.match(kept.text, /Author.*Who may read it.*Everybody.*Editors and its author only/);
      const same = await read(entry.id);
      assert.deepEqual([same.slug, same.authorId, same.unpublishAt], ['beside', user.id, null]);
      const again = await browser.get(`${url}?restore=change`);
      assert.match(again.html, /name="slug" value="moved-aside"|value="moved-aside"[^>]*name="slug"/);
      assert.match(again.html, /value="2035-05-01T08:00"/);
      await browser.submit(kept, 'Publish the change now');
      const now = await suite.current.site.entries.need(entry.id, SYSTEM);
      assert.deepEqual(
        [now.slug, now.authorId, now.status, now.unpublishTo, now.unpublishAt],
        ['moved-aside', other.id, 'private', 'private', Date.UTC(2035, 4, 1, 8)],
      );
      const author = await browserOf('author');
      const own = await live(author.user.id);
      const change = await keep(own, author.viewer, { authorId: viewer.id, sticky: true, slug: 'mine' });
      assert.deepEqual(
        [change.draft.authorId, change.draft.sticky, change.draft.slug],
        [undefined, undefined, 'mine'],
        'what only editors may say does not wait for one who has the right',
      );
    });

    test('says under what it will be filed, and with which picture', async () => {
      const { site } = suite.current;
      const { browser, user } = await browserOf('editor');
      const entry = await live(user.id, { terms: { post_tag: ['Boats'] } });
      const picture = await site.entries.save(
        { type: 'attachment', title: 'The harbour at dawn', status: 'inherit', mimeType: 'image/jpeg' },
        { viewer: SYSTEM },
      );
      const url = `/admin/content/post/${entry.id}`;
      const kept = await browser.submit(await browser.get(url), 'Save as a pending change', {
        'tags.post_tag': 'Boats, Ropes',
        featuredId: String(picture.id),
      });
      assert.match(kept.text, /Tags As it is now With the change Boats Boats ?, Ropes/);
      assert.match(kept.text, /Featured picture.*The harbour at dawn/);
      const again = await browser.submit(await browser.get(`${url}?restore=change`), 'Save as a pending change', {
        'tags.post_tag': 'Boats',
        featuredId: '',
        title: 'Another name',
      });
      assert.doesNotMatch(again.text, /Ropes|Featured picture/);
    });

    test('is seen by no visitor before it goes out, and is sanitised by the right of its author', async () => {
      const { site, inject } = suite.current;
      const { viewer, user } = await browserOf('author');
      const entry = await live(user.id);
      const change = await keep(entry, viewer, { content: `${paragraph('Whatisnext.')}<script>alert(1)</script>` });
      assert.doesNotMatch(change.draft.content ?? '', /script/);
      const url = await site.services.use('front').urlOf(entry);
      for (const address of [url, '/', '/feed/', '/?s=Whatisnext'])
        assert.doesNotMatch((await inject({ url: address })).body, /Whatisnext\./, address);
      assert.equal((await site.services.use('search').find({ query: 'Whatisnext' })).entries.length, 0);
    });

    test('is refused where the entry was saved meanwhile, with both texts, unless on top on purpose', async () => {
      const { browser, user, viewer } = await browserOf('author');
      const { site } = suite.current;
      const entry = await live(user.id);
      const change = await keep(entry, viewer);
      await site.entries.save({ id: entry.id, content: paragraph('Saved meanwhile.') }, { viewer: SYSTEM });
      const current = await site.entries.need(entry.id, SYSTEM);
      await assert.rejects(changes().publish(current, change, { viewer }), CONFLICT);
      const screen = await browser.get(`/admin/workflow/change/${entry.id}`);
      assert.match(
        screen.text,
        /What was changed in the entry meanwhile.*Saved meanwhile.*What the change makes of it.*Whatisnext/,
      );
      assert.doesNotMatch(screen.text, /Publish the change now/);
      assert.ok(await changes().of(current, viewer), 'nothing is lost by the refusal');
      await browser.submit(screen, 'Publish it anyway, on top');
      assert.equal((await read(entry.id)).content, paragraph('Whatisnext.'));
    });

    test('goes out by itself at its minute, by the right of who chose it, once', async () => {
      const { browser, user, viewer } = await browserOf('author');
      const { site } = suite.current;
      const entry = await live(user.id);
      const kept = await keep(entry, viewer);
      const screen = await browser.get(`/admin/workflow/change/${entry.id}`);
      assert.match((await browser.submit(screen, 'Save the time', { at: '2001-01-01T00:00' })).text, /still to come/);
      const set = await browser.submit(screen, 'Save the time', { at: '2035-05-01T08:00' });
      assert.match(set.text, /goes out on 1 May 2035, 08:00/);
      assert.equal(await changes().publishDue(), 0);
      const due = () =>
        site.database
          .write('workflow_changes')
          .where({ id: kept.id })
          .update({ publish_at: Date.now() - 1 });
      await due();
      const done = await Promise.all([changes().publishDue(), changes().publishDue()]);
      assert.equal(done[0] + done[1], 1);
      assert.equal((await read(entry.id)).content, paragraph('Whatisnext.'));
      const [last] = await site.entries.revisions(entry.id, SYSTEM);
      assert.equal(last?.authorId, user.id);
    });

    test('waits on and says why, where it cannot go out at its minute', async () => {
      const { user, viewer, browser } = await browserOf('author');
      const { site } = suite.current;
      const entry = await live(user.id);
      const change = await keep(entry, viewer);
      await changes().schedule(entry, change, Date.now() + 60_000, viewer);
      await site.entries.save({ id: entry.id, title: 'Saved meanwhile' }, { viewer: SYSTEM });
      await site.database
        .write('workflow_changes')
        .where({ id: change.id })
        .update({ publish_at: Date.now() - 1 });
      assert.equal(await changes().publishDue(), 0);
      assert.match((await browser.get(`/admin/workflow/change/${entry.id}`)).text, /somebody else changed this post/);
      assert.equal((await read(entry.id)).title, 'Saved meanwhile');
      const form = await browser.get(`/admin/content/post/${entry.id}`);
      assert.match(form.text, /did not go out when it should have: .*somebody else changed this post/i);
      assert.match((await browser.get('/admin')).text, /Saved meanwhile.*Did not go out/);
      const other = await browserOf('author');
      assert.doesNotMatch((await other.browser.get('/admin')).text, /Did not go out/, 'nobody else is told');
      const waiting = await changes().of(await site.entries.need(entry.id, viewer), viewer);
      if (waiting) await changes().discard(entry, waiting, viewer);
      assert.doesNotMatch((await browser.get('/admin')).text, /Did not go out/);
    });

    test('belongs to those who may edit the entry, and two at once do not undo each other', async () => {
      const { viewer, user } = await browserOf('author');
      const entry = await live(user.id);
      const change = await keep(entry, viewer);
      for (const role of ['subscriber', 'contributor', 'author']) {
        const other = await browserOf(role);
        await assert.rejects(changes().of(entry, other.viewer), DENIED, role);
        await assert.rejects(keep(entry, other.viewer), DENIED, role);
        await assert.rejects(changes().publish(entry, change, { viewer: other.viewer }), DENIED, role);
        await assert.rejects(changes().discard(entry, change, other.viewer), DENIED, role);
        assert.equal((await other.browser.get(`/admin/workflow/change/${entry.id}`)).status, 403, role);
      }
      await changes().discard(entry, change, viewer);
      await assert.rejects(changes().publish(entry, change, { viewer }), CONFLICT);
      const draft = await live(user.id, { status: 'draft' });
      await assert.rejects(keep(draft, viewer), { code: 'GALLEY_INPUT_INVALID' });
    });
  });

  describe('a change where there are stages', () => {
    before(() => usePlan(suite.current.site));
    after(() => savePlan(suite.current.site, 'post', { stages: [], mustPass: false }));

    test('goes its own way to the last stage before who may not let it pass publishes it', async () => {
      const { browser, user, viewer } = await browserOf('author');
      const editor = await browserOf('editor');
      const entry = await live(user.id);
      const form = await browser.get(`/admin/content/post/${entry.id}`);
      assert.doesNotMatch(form.html, /name="press" value="save" *>Update/);
      const kept = await browser.submit(form, 'Save as a pending change', { content: paragraph('Better.') });
      assert.doesNotMatch(kept.text, /Publish the change now/);
      const url = `/admin/workflow/change/${entry.id}`;
      const stored = await changes().of(entry, viewer);
      assert.ok(stored);
      await assert.rejects(changes().publish(entry, stored, { viewer }), DENIED);
      await assert.rejects(changes().schedule(entry, stored, Date.now() + 60_000, viewer), DENIED);
      await assert.rejects(changes().move(entry, stored, 'approved', viewer), DENIED);
      await browser.submit(kept, 'Move to In review');
      await editor.browser.submit(await editor.browser.get(url), 'Move to Approved');
      const passed = await changes().of(entry, viewer);
      assert.equal(passed?.stage, 'approved');
      await browser.submit(
        await browser.get(`/admin/content/post/${entry.id}?restore=change`),
        'Save as a pending change',
        {
          content: paragraph('Smuggled.'),
        },
      );
      assert.equal((await changes().of(entry, viewer))?.stage, 'draft', 'another text begins again');
      await browser.submit(await browser.get(url), 'Move to In review');
      await editor.browser.submit(await editor.browser.get(url), 'Move to Approved');
      await browser.submit(await browser.get(url), 'Publish the change now');
      assert.equal((await read(entry.id)).content, paragraph('Smuggled.'));
    });
  });
});
