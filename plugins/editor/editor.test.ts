import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHtml, SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

forEachSite({ plugins: ['posts', 'blocks', 'users', 'dashboard', 'editor'] }, (suite) => {
  async function ask(role: string, payload: object): Promise<{ status: number; html: string }> {
    const who = await suite.current.loginAs(role);
    const headers = {
      cookie: who.cookie,
      'x-csrf-token': who.token,
      'content-type': 'application/json',
      accept: 'application/json',
      'sec-fetch-site': 'same-origin',
    };
    const url = '/admin/api/editor/preview';
    const reply = await suite.current.inject({ method: 'POST', url, headers, payload: JSON.stringify(payload) });
    return { status: reply.statusCode, html: (JSON.parse(reply.body) as { html?: string }).html ?? '' };
  }

  test('a writer sees a block as readers will, without what could run, and only who may write sees it', async () => {
    const markup = '<!-- wp:paragraph --><p onclick="x()">Hi<script>x()</script></p><!-- /wp:paragraph -->';
    assert.deepEqual(await ask('author', { markup }), { status: 200, html: '<p>Hi</p>' });
    assert.equal((await ask('subscriber', { markup })).status, 403);
    assert.equal((await ask('author', { markup, more: 1 })).status, 400);
  });

  test('who writes pages only sees the blocks of a page too', async () => {
    const { site } = suite.current;
    await site.roles.save('page-writer', { title: 'Writer of pages', capabilities: ['read', 'edit_pages'] }, SYSTEM);
    const markup = '<!-- wp:paragraph --><p>Hi</p><!-- /wp:paragraph -->';
    assert.deepEqual(await ask('page-writer', { markup }), { status: 200, html: '<p>Hi</p>' });
  });

  test('parts of the entry that is written show to whom it may be edited by only', async () => {
    const { site } = suite.current;
    const draft = { type: 'post', title: 'Not yet told', status: 'draft' } as const;
    const { id } = await site.entries.save(draft, { viewer: SYSTEM });
    const markup = '<!-- wp:post-title /-->';
    assert.match((await ask('editor', { markup, entry: id })).html, /Not yet told/);
    assert.doesNotMatch((await ask('author', { markup, entry: id })).html, /Not yet told/);
  });

  test('classic text becomes paragraphs, and its shortcodes stay', async () => {
    const { html } = await ask('author', { markup: 'One\n\n[gallery ids="1"]', as: 'paragraphs' });
    assert.match(html, /<p>One<\/p>\s*<p>\[gallery ids="1"\]<\/p>/);
  });

  test('the form brings the script, the kinds of block with the fields of their definitions, and the plain field', async () => {
    const { site } = suite.current;
    const undefine = site.blocks.define('acme/hours', {
      title: 'Opening hours',
      editor: { keywords: 'shop', fields: { day: { kind: 'select', label: 'Day', choices: { mo: 'Monday' } } } },
      render: ({ attrs }) => `<p>${escapeHtml(String(attrs['day']))}</p>`,
    });
    // Built here: a busy machine may take longer for it than a request may last.
    await site.assets.url('editor', 'editor.js');
    const browser = new Browser(() => suite.current, (await suite.current.loginAs('editor')).cookie);
    const form = await browser.get('/admin/content/post/new');
    undefine();
    const [, text = '{}'] = /id="data-editor">(.*?)<\/script>/.exec(form.html) ?? [];
    const { blocks } = JSON.parse(text) as { blocks: { name: string }[] };
    assert.deepEqual(
      blocks.find(({ name }) => name === 'acme/hours'),
      {
        name: 'acme/hours',
        title: 'Opening hours',
        category: 'widgets',
        description: '',
        keywords: 'shop',
        isDynamic: true,
        fields: [{ name: 'day', kind: 'select', label: 'Day', help: '', choices: [['mo', 'Monday']] }],
      },
    );
    assert.match(form.html, /<textarea[^>]* name="content"/);
    assert.match(form.html, /<script[^>]* src="\/assets\/[0-9a-f]+\.js"/);
  });

  test('footnotes are saved with the form, cleaned; a form without them changes none, and what is no list is refused', async () => {
    const { site } = suite.current;
    const { id } = await site.entries.save({ type: 'post', title: 'Notes', content: 'data-fn=' }, { viewer: SYSTEM });
    const kept = async (): Promise<string | undefined> =>
      (await site.meta.of('entry', [id], ['footnotes'])).get(id)?.['footnotes']?.[0];
    const browser = new Browser(() => suite.current, (await suite.current.loginAs('editor')).cookie);
    const send = async (footnotes: string | undefined): Promise<number> => {
      const form = await browser.get(`/admin/content/post/${id}`);
      if (footnotes === undefined) return (await browser.submit(form, 'Save draft')).status;
      // The editor's script adds the field.
      const html = form.html.replace(/<input[^>]* name="version"/, '<input type="hidden" name="footnotes">$&');
      return (await browser.submit({ ...form, html }, 'Save draft', { footnotes })).status;
    };
    await send('[{"id":"a-1","content":"A <em>b</em><script>x()</script>"}]');
    assert.equal(await kept(), '[{"content":"A <em>b</em>","id":"a-1"}]');
    await send(undefined);
    assert.equal(await kept(), '[{"content":"A <em>b</em>","id":"a-1"}]');
    for (const wrong of ['{"id":"a"}', '[{"id":"a b","content":""}]', 'x']) assert.equal(await send(wrong), 422, wrong);
    await send('');
    assert.equal(await kept(), undefined);
  });
});
