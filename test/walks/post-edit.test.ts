// Walk 3: POST an edit: http/server → session → csrf → guard and schema → a plugin's handler → content/repository:
// filter, one transaction, commit → entry:saved → page cache and search listen. The handler names no listener. Once by
// a route that a stranger's plugin brings, so that each station can be listened to, and once by the admin's own form.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { LoggedIn } from '../../core/testing.ts';
import { Browser } from '../support/browser.ts';
import { addSampleContent, type SampleContent } from '../support/sample-content.ts';
import { forEachSite } from '../support/sites.ts';

const PLUGINS = ['posts', 'blocks', 'users', 'comments', 'menus', 'widgets', 'feeds', 'search', 'edit-route'];
const pluginFolders = [join(import.meta.dirname, '..', 'fixtures', 'plugins')];
const OWN = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };

describe('An edit on its way', () => {
  forEachSite({ onGalera: true, plugins: PLUGINS, pluginFolders }, (suite) => {
    let content: SampleContent;
    let editor: LoggedIn;
    before(async () => {
      content = await addSampleContent(suite.current);
      editor = await suite.current.loginAs('editor');
    });

    const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      suite.current.inject({
        method: 'POST',
        url: `/editor/${content.posts[0]?.id}`,
        headers: { ...OWN, cookie: editor.cookie, ...headers },
        payload: new URLSearchParams(fields).toString(),
      });
    const stored = () => suite.current.site.entries.need(content.posts[0]?.id ?? 0);

    test('passes each station in order and ends in 303', async () => {
      const { site, inject } = suite.current;
      const url = '/2024/05/report-0/';
      await inject({ url });
      const order: string[] = [];
      const titleInStore = async (): Promise<string> => (await stored()).title;
      const remove = [
        site.hooks.addAction('request:received', ({ viewer }) => void order.push(`received from ${viewer.name}`)),
        site.hooks.addFilter('entry:saving', async (draft, { previous }) => {
          order.push(`saving ${previous?.title} as ${draft.title}`);
          return draft;
        }),
        site.hooks.addAction(
          'entry:saved',
          async ({ entry }) => {
            order.push(`saved ${entry.title}, in the store ${await titleInStore()}`);
            order.push(`page ${/An edited title/.test((await inject({ url })).body) ? 'new' : 'old'}`);
          },
          { priority: 1 },
        ),
        site.hooks.addFilter('reply:sending', (head, { method }) => {
          if (method === 'POST') order.push(`sending ${head.status}`);
          return head;
        }),
      ];
      const reply = await post({ title: 'An edited title', version: '1', _token: editor.token });
      for (const each of remove) each();
      assert.equal(reply.statusCode, 303, reply.body);
      assert.equal(reply.headers.location, '/editor/done');
      assert.match(String(reply.headers['cache-control']), /no-store/);
      assert.deepEqual(order, [
        'received from The editor',
        'saving Report 0 as An edited title',
        'saved An edited title, in the store An edited title',
        'page new',
        'sending 303',
      ]);
    });

    test('reaches the listeners that it does not know: search finds it, the front page shows it', async () => {
      const { inject } = suite.current;
      assert.match((await inject({ url: '/?s=edited' })).body, /An <mark>edited<\/mark> title/);
      assert.match((await inject({ url: '/feed/' })).body, /An edited title/);
      assert.match((await inject({ url: '/category/reports/' })).body, /An edited title/);
      const kept = await suite.current.site.entries.revisions(content.posts[0]?.id ?? 0, editor.viewer);
      assert.equal(kept.length, 2, 'the text as it came in, and the edit');
    });

    test('is stopped at each station that finds fault, and then nothing has changed', async () => {
      const fields = { title: 'Should not be', version: '2', _token: editor.token };
      const reader = await suite.current.loginAs('subscriber');
      const { site } = suite.current;
      const cases: [string, number, () => ReturnType<typeof post>][] = [
        ['another site', 403, () => post(fields, { 'sec-fetch-site': 'cross-site' })],
        ['no token', 403, () => post({ title: fields.title, version: '2' })],
        ['the token of another', 403, () => post({ ...fields, _token: reader.token })],
        ['nobody', 401, () => post(fields, { cookie: '', accept: 'application/json' })],
        ['no capability', 403, () => post({ ...fields, _token: reader.token }, { cookie: reader.cookie })],
        ['a field too many', 400, () => post({ ...fields, authorId: '1' })],
        ['no title', 400, () => post({ ...fields, title: '' })],
        ['an old version', 409, () => post({ ...fields, version: '1' })],
      ];
      for (const [what, status, send] of cases) {
        const reply = await send();
        assert.equal(reply.statusCode, status, `${what}: ${reply.body.slice(0, 200)}`);
        assert.equal((await stored()).title, 'An edited title', what);
      }
      const remove = site.hooks.addFilter('entry:saving', () => {
        throw new Error('no');
      });
      const refused = await post(fields);
      remove();
      assert.equal(refused.statusCode, 500);
      assert.equal((await stored()).title, 'An edited title');
    });
  });
});

describe('An edit in the admin', () => {
  forEachSite({ onGalera: true }, (suite) => {
    test('leads from the form by 303 to a notice, and visitors see it at once', async () => {
      const { posts } = await addSampleContent(suite.current);
      const { cookie } = await suite.current.loginAs('editor');
      const id = posts[0]?.id ?? 0;
      const seen = new Browser(() => suite.current);
      assert.match((await seen.get('/2024/05/report-0/')).text, /Report 0/);
      const browser = new Browser(() => suite.current, cookie);
      const form = await browser.get(`/admin/content/post/${id}`);
      assert.equal(form.status, 200);
      const saved = await browser.submit(form, 'Update', { title: 'Set in the admin' });
      assert.equal(saved.status, 200, saved.text.slice(0, 300));
      assert.match(saved.text, /saved|updated|published/i);
      assert.match((await seen.get('/2024/05/report-0/')).text, /Set in the admin/);
      assert.match((await seen.get('/?s=admin')).text, /Set in the admin/);
      // The form that was opened before knows an old version: nobody's work is overwritten.
      const stale = await browser.submit(form, 'Update', { title: 'From an old form' });
      assert.equal(stale.status, 409);
      assert.match((await seen.get('/2024/05/report-0/')).text, /Set in the admin/);
    });
  });
});
