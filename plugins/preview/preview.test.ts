import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { Browser, type Page } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

const HOUR = 3_600_000;
const paragraph = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;

forEachSite({ plugins: ['posts', 'blocks', 'users', 'comments', 'dashboard', 'preview'] }, (suite) => {
  const draftOf = (authorId: number, more: object = {}): Promise<Entry> =>
    suite.current.site.entries.save(
      { type: 'post', title: 'Unseen draft', content: paragraph('Not yet.'), authorId, ...more },
      { viewer: SYSTEM },
    );
  const links = () => suite.current.site.services.use('previews');
  const nobody = (): Browser => new Browser(() => suite.current);
  const asRole = async (role: string) => {
    const login = await suite.current.loginAs(role);
    return { ...login, browser: new Browser(() => suite.current, login.cookie) };
  };
  const linkIn = (page: Page): string => /value="http:\/\/localhost(\/preview\/[^"]+)"/.exec(page.html)?.[1] ?? '';

  describe('a secret link', () => {
    test('shows the draft as it stands now, is kept nowhere and found by nobody', async () => {
      const { browser, user } = await asRole('author');
      const entry = await draftOf(user.id);
      const screen = await browser.get(`/admin/preview/post/${entry.id}`);
      const made = await browser.submit(screen, 'Make a link', { note: 'For the client', hours: '8' });
      assert.match(made.text, /The link is made/);
      assert.match(made.text, /For the client/);
      const path = linkIn(made);
      const shown = await nobody().get(path);
      assert.equal(shown.status, 200);
      assert.match(shown.text, /Not yet\./);
      assert.match(String(shown.headers['cache-control']), /no-store/);
      assert.match(String(shown.headers['x-robots-tag']), /noindex/);
      assert.equal(shown.headers['referrer-policy'], 'no-referrer');
      await suite.current.site.entries.save({ id: entry.id, content: paragraph('Changed since.') }, { viewer: SYSTEM });
      assert.match((await nobody().get(path)).text, /Changed since\./);
      const other = await nobody().get(`/?p=${entry.id}`);
      assert.doesNotMatch(other.text, /Changed since|Unseen/, 'the link opens no other door');
    });

    test('works no more once it ended, was taken back, or was changed by one letter', async () => {
      const { viewer, user, browser } = await asRole('author');
      const [entry, other] = [await draftOf(user.id), await draftOf(user.id, { title: 'Another' })];
      const link = await links().make(entry, { viewer, hours: 1 });
      const gone = async (path: string, why: string): Promise<void> => {
        const reply = await nobody().get(path);
        assert.equal(reply.status, 404, why);
        assert.doesNotMatch(reply.text, /Not yet|Unseen|Another/, why);
      };
      const [, id = '', mac = ''] = /^\/preview\/(\d+)\.(.+)$/.exec(link.path) ?? [];
      const flipped = (mac.startsWith('A') ? 'B' : 'A') + mac.slice(1);
      await gone(`/preview/${id}.${flipped}`, 'tampered');
      await gone(`/preview/${id}.${mac}A`, 'longer');
      await gone(`/preview/${id}.`, 'without a signature');
      await gone(`/preview/${Number(id) + 1}.${mac}`, 'the signature of another link');
      await gone('/preview/nonsense', 'nonsense');
      const { database } = suite.current.site;
      const row = database.write('preview_links').where({ id: link.id });
      await row.clone().update({ entry_id: other.id });
      await gone(link.path, 'moved to another entry');
      await row.clone().update({ entry_id: entry.id, ends_at: link.endsAt + HOUR });
      await gone(link.path, 'made to last longer');
      await row.clone().update({ ends_at: link.endsAt });
      assert.equal((await nobody().get(link.path)).status, 200);
      await browser.submit(await browser.get(`/admin/preview/post/${entry.id}`), 'Take back Without a note');
      await gone(link.path, 'taken back');
      assert.deepEqual(await links().list(entry, viewer), []);
      const late = await links().make(entry, { viewer, hours: 1 / 3_600_000 });
      await new Promise((resolve) => setTimeout(resolve, 10));
      await gone(late.path, 'ended');
    });

    test('ends with the right of its maker, with the trash and with the entry', async () => {
      const { viewer, user } = await asRole('author');
      const { site } = suite.current;
      const entry = await draftOf(user.id);
      const link = await links().make(entry, { viewer, hours: 48 });
      await site.entries.trash(entry.id, { viewer: SYSTEM });
      assert.equal((await nobody().get(link.path)).status, 404);
      await site.entries.restore(entry.id, { viewer: SYSTEM });
      assert.equal((await nobody().get(link.path)).status, 200);
      const { user: another } = await asRole('editor');
      await site.entries.save({ id: entry.id, authorId: another.id }, { viewer: SYSTEM });
      assert.equal((await nobody().get(link.path)).status, 404, 'the author may not edit it any more');
      await site.entries.remove(entry.id, { viewer: SYSTEM });
      assert.equal((await site.database.read('preview_links').where({ entry_id: entry.id })).length, 0);
    });

    test('is made by those only who may edit the entry, and for two days at the longest', async () => {
      const { user, viewer: author } = await asRole('author');
      const entry = await draftOf(user.id);
      for (const role of ['subscriber', 'contributor', 'author']) {
        const { viewer, browser, token } = await asRole(role);
        await assert.rejects(links().make(entry, { viewer, hours: 1 }), { code: 'GALLEY_PERMISSION_DENIED' }, role);
        await assert.rejects(links().list(entry, viewer), { code: 'GALLEY_PERMISSION_DENIED' }, role);
        const form = { _token: token, hours: '1' };
        const posted = await browser.post(`/admin/preview/post/${entry.id}/links`, form);
        assert.ok([403, 404].includes(posted.status), role);
      }
      for (const hours of [49, 0, -1, Number.NaN])
        await assert.rejects(links().make(entry, { viewer: author, hours }), { code: 'GALLEY_INPUT_INVALID' });
      const old = await links().make(entry, { viewer: author, hours: 1 });
      const { database } = suite.current.site;
      await database
        .write('preview_links')
        .where({ id: old.id })
        .update({ ends_at: Date.now() - 8 * 24 * HOUR });
      await links().forgetOld();
      assert.equal((await database.read('preview_links').where({ id: old.id })).length, 0);
    });

    test('to an entry with a password asks for none, and shows a password to nobody', async () => {
      const { viewer, user } = await asRole('editor');
      const entry = await draftOf(user.id, { password: 'sesame', status: 'publish' });
      const { path } = await links().make(entry, { viewer, hours: 1 });
      const page = await nobody().get(path);
      assert.match(page.text, /Not yet\./);
      assert.doesNotMatch(page.html, /sesame/);
    });
  });

  describe('the live preview', () => {
    test('shows what is typed, sanitised by the right of the writer, and stores nothing', async () => {
      const { browser, user, token } = await asRole('author');
      const entry = await draftOf(user.id);
      const typed = {
        _token: token,
        title: 'Typed just now',
        content: '<p>Fresh <b>ink</b><script>alert(1)</script></p>',
      };
      const shown = await browser.post(`/admin/preview/post/${entry.id}/typed`, { ...typed, version: '1' });
      assert.equal(shown.status, 200);
      assert.match(shown.text, /Typed just now/);
      assert.match(shown.html, /Fresh <b>ink<\/b>/);
      assert.doesNotMatch(shown.html, /alert\(1\)/);
      assert.match(String(shown.headers['cache-control']), /no-store/);
      const fresh = await browser.post('/admin/preview/post/0/typed', typed);
      assert.match(fresh.text, /Typed just now/);
      const { site } = suite.current;
      const stored = await site.entries.need(entry.id, SYSTEM);
      assert.deepEqual([stored.title, stored.version], ['Unseen draft', 1]);
      assert.equal(
        await site.entries.findOne({ type: 'post', title: 'Typed just now', status: 'draft' }, SYSTEM),
        undefined,
      );
    });

    test('is for those who may edit the entry, with the token of their session', async () => {
      const { user } = await asRole('author');
      const entry = await draftOf(user.id);
      for (const role of ['subscriber', 'contributor', 'author']) {
        const { browser, token } = await asRole(role);
        const typed = await browser.post(`/admin/preview/post/${entry.id}/typed`, { _token: token, title: 'x' });
        assert.ok([403, 404].includes(typed.status), role);
        assert.ok([403, 404].includes((await browser.get(`/admin/preview-page/post/${entry.id}`)).status), role);
        assert.ok([403, 404].includes((await browser.get(`/admin/preview/post/${entry.id}`)).status), role);
      }
      const { browser } = await asRole('editor');
      assert.equal((await browser.post(`/admin/preview/post/${entry.id}/typed`, { title: 'x' })).status, 403);
      const login = await nobody().get(`/admin/preview-page/post/${entry.id}`);
      assert.match(login.text, /Log in/);
      assert.doesNotMatch(login.text, /Not yet/);
    });
  });

  test('frames are let in on the screens that have one, and pages may be framed by this site only', async () => {
    const { browser, user } = await asRole('author');
    const entry = await draftOf(user.id);
    const policy = async (url: string): Promise<string> =>
      String((await browser.get(url)).headers['content-security-policy']);
    assert.match(await policy(`/admin/preview/post/${entry.id}?width=390&mode=dark`), /frame-src 'self'/);
    assert.match(await policy(`/admin/content/post/${entry.id}`), /frame-src 'self'/);
    assert.doesNotMatch(await policy('/admin/content/post'), /frame-src/);
    assert.match(await policy(`/admin/preview-page/post/${entry.id}`), /frame-ancestors 'self'/);
    assert.equal((await browser.get('/admin/preview-page/post/new')).status, 200);
    const screen = await browser.get(`/admin/preview/post/${entry.id}?width=390&mode=dark`);
    assert.match(screen.html, /class="preview-frame preview-390 preview-dark"/);
  });

  test('preview:showing puts another version in the place of the stored one', async () => {
    const { browser, user, viewer } = await asRole('author');
    const entry = await draftOf(user.id);
    const remove = suite.current.site.hooks.addFilter('preview:showing', (stored, { shows }) =>
      shows === 'pending' ? { ...stored, content: paragraph('The pending one.') } : stored,
    );
    assert.match((await browser.get(`/admin/preview-page/post/${entry.id}?shows=pending`)).text, /The pending one/);
    assert.match((await browser.get(`/admin/preview-page/post/${entry.id}`)).text, /Not yet/);
    const { path } = await links().make(entry, { viewer, hours: 1, shows: 'pending' });
    assert.match((await nobody().get(path)).text, /The pending one/);
    remove();
  });
});
