import assert from 'node:assert/strict';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { isGalleyError, SYSTEM } from 'galley';
import type { LoggedIn } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { kindOf } from './file-path.ts';

const PLUGINS = ['posts', 'blocks', 'users', 'dashboard', 'revisions', 'theme-editor'];
const fileUrl = (path: string): string => `/admin/theme-editor?file=${encodeURIComponent(path)}`;

describe('Paths of theme files', () => {
  test('only templates, stylesheets and theme.json are files of the editor', () => {
    const fine = [
      'templates/single.hbs',
      'partials/menu/item.hbs',
      'layouts/base.hbs',
      'assets/css/parts/base.css',
      'theme.json',
    ];
    for (const path of fine) assert.ok(kindOf(path), path);
    const refused = [
      '',
      '/templates/a.hbs',
      '../templates/a.hbs',
      'templates/../../a.hbs',
      'templates/..%2fa.hbs',
      'templates/a.hbs/../b.hbs',
      'templates\\a.hbs',
      'templates/.a.hbs',
      'templates/a.js',
      'templates/a.hbs\n',
      'templates/a\u0000.hbs',
      'assets/js/main.js',
      'assets/main.css.ts',
      'locales/de.json',
      'templates/theme.json',
      'Templates/a.hbs',
      `templates/${'a'.repeat(100)}.hbs`,
    ];
    for (const path of refused) assert.equal(kindOf(path), undefined, path);
  });
});

describe('The theme editor', () => {
  forEachSite({ plugins: PLUGINS }, (suite) => {
    let ada: LoggedIn;
    let browser: Browser;
    before(async () => {
      ada = await suite.current.loginAs('administrator');
      browser = new Browser(() => suite.current, ada.cookie);
    });
    const editor = () => suite.current.site.services.use('themeEditor');
    const home = async (): Promise<string> => (await suite.current.inject({ url: '/' })).body;
    const inChild = (path: string): string =>
      join(suite.current.contentDir, 'themes', 'default-child', ...path.split('/'));

    test('a theme from elsewhere is shown and never written to; a child is made once it is asked for', async () => {
      const page = await browser.get('/admin/theme-editor');
      assert.match(page.text, /Make a child theme to keep your changes/);
      assert.ok(!page.html.includes('data-save'), 'nothing can be saved yet');
      await assert.rejects(editor().save({ path: 'templates/index.hbs', text: 'x' }, ada.viewer), (error) =>
        isGalleyError(error, 'GALLEY_FILE_REFUSED'),
      );
      const made = await browser.submit(page, 'Make the child theme');
      assert.match(made.text, /The child theme is there/);
      assert.match(made.html, /data-save/);
      const { theme } = await suite.current.site.themes.active();
      assert.equal(theme.name, 'default-child');
      assert.equal(theme.manifest.parent, 'default');
    });

    test('a change goes into the child, visitors see it, and it is taken back by the button of the notice', async () => {
      const page = await browser.get(fileUrl('templates/404.hbs'));
      const text = '{{!< base}}\n<h1>Lost in the stacks</h1>\n';
      const saved = await browser.submit(page, 'Save', { text });
      assert.match(saved.text, /Saved\. Visitors see it now\./);
      const nothing = async () => (await suite.current.inject({ url: '/nowhere-at-all/' })).body;
      assert.match(await nothing(), /Lost in the stacks/);
      assert.equal(await readFile(inChild('templates/404.hbs'), 'utf8'), text);
      const back = await browser.submit(saved, 'Undo');
      assert.match(back.text, /as it was before/);
      assert.ok(!(await nothing()).includes('Lost in the stacks'));
      await assert.rejects(readFile(inChild('templates/404.hbs')), { code: 'ENOENT' });
    });

    test('a part of a stylesheet of the parent is replaced by the child’s', async () => {
      const before = await home();
      const page = await browser.get(fileUrl('assets/css/parts/print.css'));
      const saved = await browser.submit(page, 'Save', { text: '.of-the-child { color: var(--color-ink); }' });
      assert.match(saved.text, /Saved/);
      const sheets = (html: string) => [...html.matchAll(/href="(\/assets\/[^"]+\.css)"/g)].map(([, url = '']) => url);
      const added = sheets(await home()).filter((url) => !sheets(before).includes(url));
      assert.equal(added.length, 1);
      const css = (await suite.current.inject({ url: added[0] ?? '' })).body;
      assert.match(css, /of-the-child/);
      assert.match(css, /masthead/, 'the rest comes from the parent');
    });

    test('a mistake is told with its line, nothing changes, and the text is still there', async () => {
      const page = await browser.get(fileUrl('templates/single.hbs'));
      const cases: [string, RegExp][] = [
        ['{{!< base}}\n<p>{{{entry.content}}}</p>', /Line 2 : Unescaped output/],
        ['{{!< base}}\n\n{{> no-such-partial}}', /Line 3 : There is no partial/],
        ['{{!< base}}\n<p>{{#each entries}}</p>', /could not be shown|Not saved/],
      ];
      for (const [text, words] of cases) {
        const sent = await browser.submit(page, 'Save', { text });
        assert.equal(sent.status, 422);
        assert.match(sent.text, words);
        assert.ok(sent.html.includes('&lt;p&gt;') || sent.html.includes('no-such-partial'), 'the text stays');
      }
      const css = await browser.submit(await browser.get(fileUrl('assets/css/parts/base.css')), 'Save', {
        text: '@import "./not-there.css";\n',
      });
      assert.equal(css.status, 422);
      assert.match(css.html, /This cannot be built: <code dir="ltr">[^<]*not-there\.css[^<]*<\/code>/);
      assert.ok(!css.text.includes(suite.current.contentDir), 'no path of the machine is told');
    });

    test('what is right by itself but breaks a page is not saved either', async () => {
      const pages = ['templates/single.hbs', 'templates/home.hbs', 'templates/404.hbs'];
      const text =
        "{{!< base}}\n{{#query type='post' limit=1}}{{#query type='post' limit=2}}{{#query type='post' limit=3}}{{#query type='post' limit=4}}{{title}}{{/query}}{{/query}}{{/query}}{{/query}}\n";
      const { site } = suite.current;
      await site.entries.save({ type: 'post', title: 'Seen', status: 'publish' }, { viewer: SYSTEM });
      for (const path of pages) {
        const sent = await browser.submit(await browser.get(fileUrl(path)), 'Save', { text });
        assert.equal(sent.status, 422, path);
        assert.match(sent.text, /queries stand more than/, path);
        assert.match(sent.text, /Visitors see what they saw before/);
      }
    });

    test('whoever was slower is told, and keeps his text', async () => {
      const path = 'partials/colophon.hbs';
      const page = await browser.get(fileUrl(path));
      await editor().save({ path, text: '<footer><p>First</p></footer>' }, ada.viewer);
      const slow = await browser.submit(page, 'Save', { text: '<footer><p>Second</p></footer>' });
      assert.equal(slow.status, 409);
      assert.match(slow.text, /somebody else changed this file meanwhile/);
      assert.match(slow.html, /Second/);
      assert.match(await home(), /<p>First<\/p>/);
      await browser.submit(slow, 'Save');
      assert.match(await home(), /<p>Second<\/p>/);
      const back = await browser.submit(await browser.get(fileUrl(path)), 'Back to the theme’s own');
      assert.match(back.text, /Taken away/);
      assert.ok(!(await home()).includes('<p>Second</p>'));
    });

    test('a form that was cut off empties no file', async () => {
      const sent = await browser.post('/admin/theme-editor', {
        _token: ada.token,
        file: 'partials/colophon.hbs',
        do: 'save',
      });
      assert.equal(sent.status, 400);
      assert.match(sent.text, /The text did not arrive/);
    });

    test('each save is kept: compared line by line and brought back', async () => {
      const path = 'partials/colophon.hbs';
      const subject = 'default-child:partials~colophon.hbs';
      const states = await suite.current.site.histories.list('theme-file', subject, ada.viewer);
      assert.deepEqual(
        states.map(({ snapshot }) => snapshot['copy']),
        [false, true, true, false],
      );
      const second = states[1]?.id;
      const past = await browser.get(`/admin/history/theme-file/${encodeURIComponent(subject)}/${second}`);
      assert.match(past.html, /class="removed"/);
      const restored = await browser.submit(past, 'Bring this version back');
      assert.match(restored.text, /It is back/);
      assert.match(await home(), /<p>Second<\/p>/);
      assert.match(await readFile(inChild(path), 'utf8'), /Second/);
    });

    test('a text is tried by one person in a frame, and thrown away or saved', async () => {
      const path = 'partials/masthead.hbs';
      const frame = { cookie: ada.cookie, 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-origin' };
      const mine = async () => (await suite.current.inject({ url: '/', headers: frame })).body;
      const tried = await browser.submit(await browser.get(fileUrl(path)), 'Try it', {
        text: '<header>Proof</header>',
      });
      assert.match(tried.text, /You are trying this text/);
      assert.match(tried.html, /<iframe[^>]* src="\/"/);
      assert.match(await mine(), /<header>Proof/);
      assert.ok(!(await home()).includes('Proof'), 'visitors see nothing of it');
      const lost = '{{!< base}}\n<h1>Proof of nothing</h1>';
      await browser.submit(await browser.get(fileUrl('templates/404.hbs')), 'Try it', { text: lost });
      const nothing = await suite.current.inject({ url: '/nothing-here/', headers: frame });
      assert.match(nothing.body, /Proof of nothing/, 'pages about errors are tried too');
      const wrong = await browser.submit(tried, 'Try it', { text: '{{> gone}}' });
      assert.equal(wrong.status, 422);
      await browser.submit(await browser.get(fileUrl(path)), 'Throw away what is tried');
      assert.ok(!(await mine()).includes('Proof'));
      const again = await browser.submit(await browser.get(fileUrl(path)), 'Try it', {
        text: '<header>Proof 2</header>',
      });
      const saved = await browser.submit(again, 'Save');
      assert.match(saved.text, /Saved/);
      assert.ok(!saved.html.includes('<iframe'), 'nothing is left to try');
      assert.match(await home(), /<header>Proof 2/);
      await editor().remove({ path }, ada.viewer);
    });

    test('a file that others need is not deleted', async () => {
      const made = await browser.submit(await browser.get(fileUrl('partials/stamp.hbs')), 'Save', {
        text: '<p>Stamp</p>',
      });
      assert.match(made.text, /Saved/);
      await editor().save({ path: 'templates/404.hbs', text: '{{!< base}}\n{{> stamp}}' }, ada.viewer);
      const kept = await browser.submit(await browser.get(fileUrl('partials/stamp.hbs')), 'Delete this file');
      assert.equal(kept.status, 422);
      assert.match(kept.text, /There is no partial "stamp"/);
      assert.equal(await readFile(inChild('partials/stamp.hbs'), 'utf8'), '<p>Stamp</p>\n');
      await editor().remove({ path: 'templates/404.hbs' }, ada.viewer);
      const gone = await browser.submit(await browser.get(fileUrl('partials/stamp.hbs')), 'Delete this file');
      assert.match(gone.text, /Deleted/);
    });

    test('settings of the child are data, and it stays the child that it is', async () => {
      const page = await browser.get(fileUrl('theme.json'));
      const manifest = JSON.parse(await readFile(inChild('theme.json'), 'utf8')) as Record<string, unknown>;
      const other = await browser.submit(page, 'Save', { text: JSON.stringify({ ...manifest, parent: 'else' }) });
      assert.match(other.text, /"name" and "parent" stay/);
      const broken = await browser.submit(page, 'Save', { text: '{ "name": ' });
      assert.equal(broken.status, 422);
      assert.ok(!broken.text.includes(suite.current.contentDir));
      const tokens = { color: { ink: '#123456' } };
      const fine = await browser.submit(page, 'Save', { text: JSON.stringify({ ...manifest, tokens }) });
      assert.match(fine.text, /Saved/);
      assert.deepEqual((await suite.current.site.themes.active()).theme.manifest.tokens['color']?.['ink'], '#123456');
    });

    test('who may not, may not: by address, by service, over a link, without a fresh password', async () => {
      const { site } = suite.current;
      const path = 'templates/page.hbs';
      const eve = await suite.current.loginAs('editor');
      assert.equal((await new Browser(() => suite.current, eve.cookie).get('/admin/theme-editor')).status, 403);
      for (const act of [
        () => editor().save({ path, text: 'x' }, eve.viewer),
        () => editor().remove({ path }, eve.viewer),
        () => editor().adopt('x', eve.viewer),
      ])
        await assert.rejects(act(), (error) => isGalleyError(error, 'GALLEY_PERMISSION_DENIED'));
      await assert.rejects(editor().save({ path: '../../x.hbs', text: 'x' }, ada.viewer), (error) =>
        isGalleyError(error, 'GALLEY_FILE_REFUSED'),
      );
      await symlink('/etc', inChild('partials/linked'));
      await assert.rejects(editor().save({ path: 'partials/linked/x.hbs', text: '{{!< base}}' }, ada.viewer), (error) =>
        isGalleyError(error, 'GALLEY_FILE_REFUSED'),
      );
      await site.database.write('sessions').where({ user_id: ada.user.id }).update({ authenticated_at: 0 });
      await site.cache.invalidate((await site.sessions.listOf(ada.user.id)).map(({ idHash }) => `session:${idHash}`));
      const asked = await browser.submit(await browser.get(fileUrl(path)), 'Save', {
        text: '{{!< base}}\n<p>Kept</p>',
      });
      assert.match(asked.text, /Type your password/);
      assert.match(asked.html, /&lt;p&gt;Kept/);
      const subject = 'default-child:partials~colophon.hbs';
      const [, past] = await site.histories.list('theme-file', subject, ada.viewer);
      const version = await browser.get(`/admin/history/theme-file/${encodeURIComponent(subject)}/${past?.id}`);
      assert.match((await browser.submit(version, 'Bring this version back')).text, /Type your password/);
    });
  });

  forEachSite({ plugins: PLUGINS, config: { themes: { editor: false } } }, (suite) => {
    test('where it is switched off files are read and nothing is changed', async () => {
      const { cookie, viewer } = await suite.current.loginAs('administrator');
      const browser = new Browser(() => suite.current, cookie);
      const page = await browser.get(fileUrl('templates/single.hbs'));
      assert.match(page.text, /switched changes of theme files off/);
      assert.ok(!page.html.includes('data-save'));
      const sent = await browser.post('/admin/theme-editor', { file: 'templates/single.hbs', text: 'x', do: 'save' });
      assert.equal(sent.status, 403);
      const editor = suite.current.site.services.use('themeEditor');
      await assert.rejects(editor.adopt('x', viewer), (error) => isGalleyError(error, 'GALLEY_PERMISSION_DENIED'));
    });
  });
});
