import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser, type Page } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { Transfers } from './transfers.ts';

const WXR = `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Old</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>https://old.example</wp:base_site_url><wp:base_blog_url>https://old.example</wp:base_blog_url><item><title>Moved in</title><link>https://old.example/moved-in/</link><dc:creator>old</dc:creator><guid isPermaLink="false">https://old.example/?p=7</guid><content:encoded><![CDATA[Hello]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded><wp:post_id>7</wp:post_id><wp:post_date>2020-01-02 03:04:05</wp:post_date><wp:post_date_gmt>2020-01-02 03:04:05</wp:post_date_gmt><wp:comment_status>open</wp:comment_status><wp:ping_status>open</wp:ping_status><wp:post_name>moved-in</wp:post_name><wp:status>publish</wp:status><wp:post_parent>0</wp:post_parent><wp:menu_order>0</wp:menu_order><wp:post_type>post</wp:post_type><wp:post_password></wp:post_password><wp:is_sticky>0</wp:is_sticky></item></channel></rss>`;

forEachSite({ config: { jobs: { enabled: false } } }, (suite) => {
  const browserOf = async (role: string): Promise<Browser> =>
    new Browser(() => suite.current, (await suite.current.loginAs(role)).cookie);

  async function upload(browser: Browser, file: string): Promise<Page> {
    const token = /name="_token" value="([^"]+)"/.exec((await browser.get('/admin/tools')).html)?.[1] ?? '';
    const part = (name: string, value: string, more = ''): string =>
      `--xyz\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
    const payload = `${part('_token', token)}${part('file', file, '; filename="../old site.xml"')}--xyz--\r\n`;
    const cookie = `galley=${browser.cookies.get('galley')}`;
    const headers = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'multipart/form-data; boundary=xyz' };
    const reply = await suite.current.inject({ method: 'POST', url: '/admin/tools/import', headers, payload });
    assert.equal(reply.statusCode, 303);
    return browser.get(String(reply.headers.location));
  }

  test('an export of WordPress is uploaded, tried, brought in behind the requests, and its report stays', async () => {
    const { site } = suite.current;
    const administrator = await browserOf('administrator');
    const asked = await upload(administrator, WXR);
    assert.match(asked.text, /old-site\.xml/);
    const tried = await administrator.submit(asked, 'Only tell what would come in');
    assert.match(tried.text, /Waiting its turn/);
    await site.jobs.work();
    const told = await administrator.get(tried.url);
    assert.match(told.text, /What would come in/);
    assert.equal((await site.entries.find({ slug: 'moved-in' })).items.length, 0);
    const started = await administrator.submit(await administrator.get(asked.url), 'Bring it in');
    await site.jobs.work();
    const done = await administrator.get(started.url);
    assert.match(done.text, /What came in.*People 1 0 0 0 .*Posts 1 0 0 0/);
    assert.equal((await site.entries.find({ slug: 'moved-in' })).items[0]?.title, 'Moved in');
    assert.equal((await administrator.get(asked.url)).status, 404, 'the file is not kept longer than needed');
    assert.match((await administrator.get('/admin/tools')).text, /Import of old-site\.xml Done/);
    const shown = await administrator.submit(done, 'See what could be taken back');
    await site.jobs.work();
    const asking = await administrator.get(shown.url);
    assert.match(asking.text, /What would go to the trash.*Posts 1 0.*People 1 0/);
    const undone = await administrator.submit(asking, 'Take the import back');
    await site.jobs.work();
    assert.match((await administrator.get(undone.url)).text, /What was taken back.*Posts 1 0.*People 1 0/);
    assert.equal((await site.entries.find({ slug: 'moved-in' })).items.length, 0);
    assert.equal(await site.users.findByLogin('old'), undefined);
    assert.doesNotMatch((await administrator.get(started.url)).text, /could be taken back/, 'once');
  });

  test('why something did not come in is told in the language of whoever reads the report', async () => {
    const { site } = suite.current;
    const administrator = await browserOf('administrator');
    const asked = await upload(administrator, WXR.replace('post_type>post<', 'post_type>gone<'));
    const tried = await administrator.submit(asked, 'Only tell what would come in');
    await site.jobs.work();
    assert.match(
      (await administrator.get(tried.url)).text,
      /Moved in no active plugin knows the content type "gone" –/,
    );
    await site.options.set('language', 'de');
    assert.match(
      (await administrator.get(tried.url)).text,
      /Moved in kein aktives Plugin kennt den Inhaltstyp „gone“ –/,
    );
    await site.options.set('language', 'en');
  });

  test('a file that is no export fails with words about the file, and no path', async () => {
    const { site } = suite.current;
    const administrator = await browserOf('administrator');
    const started = await administrator.submit(await upload(administrator, '<html>no export'), 'Bring it in');
    await site.jobs.work();
    const page = await administrator.get(started.url);
    assert.match(page.text, /Failed.*Start it again/);
    assert.doesNotMatch(page.html, new RegExp(site.config.content.dir));
  });

  test('the site goes out as a file for its owner alone, and is removed after a day', async () => {
    const { site } = suite.current;
    await site.entries.save({ type: 'post', title: 'Going out', status: 'publish' }, { viewer: SYSTEM });
    const administrator = await browserOf('administrator');
    const started = await administrator.submit(await administrator.get('/admin/tools'), 'Make the export');
    await site.jobs.work();
    const page = await administrator.get(started.url);
    const href = /href="(\/admin\/tools\/jobs\/\d+\/file)"/.exec(page.html)?.[1] ?? '';
    const file = await administrator.get(href);
    assert.match(
      String(file.headers['content-disposition']),
      /^attachment; filename="galley-export-\d{4}-\d\d-\d\d\.xml"$/,
    );
    assert.match(file.html, /Going out/);
    assert.equal(
      (await (await browserOf('administrator')).get(href)).status,
      404,
      'not even for another administrator',
    );
    const folder = join(site.config.content.dir, 'transfers');
    const before = readdirSync(folder).length;
    assert.equal(await new Transfers(site).tidy(Date.now() + 25 * 3_600_000), 1);
    assert.equal(readdirSync(folder).length, before - 1);
    assert.equal((await administrator.get(href)).status, 404);
  });

  test('what waits can be stopped', async () => {
    const administrator = await browserOf('administrator');
    const started = await administrator.submit(await administrator.get('/admin/tools'), 'Make the export');
    const stopped = await administrator.submit(started, 'Stop it');
    assert.match(stopped.text, /Cancelled/);
    await suite.current.site.jobs.work();
    assert.match((await administrator.get(started.url)).text, /Cancelled/);
  });

  test('whoever may only take out sees only that', async () => {
    const { site } = suite.current;
    await site.roles.save('archivist', { title: 'Archivist', capabilities: ['read', 'export'] }, SYSTEM);
    const archivist = await browserOf('archivist');
    const tools = await archivist.get('/admin/tools');
    assert.equal(tools.status, 200);
    assert.match(tools.text, /Move out/);
    assert.doesNotMatch(tools.text, /Move in from WordPress/);
    assert.equal((await (await browserOf('editor')).get('/admin/tools')).status, 403);
  });

  test('a file of somebody else cannot be brought in, nor one outside of the folder', async () => {
    const transfers = new Transfers(suite.current.site);
    const { id } = await transfers.place('x.xml', 5);
    assert.ok(existsSync(join(suite.current.site.config.content.dir, 'transfers', id)));
    await assert.rejects(transfers.need(id, 6), { code: 'GALLEY_FILE_UNKNOWN' });
    await assert.rejects(transfers.need('5-../../galley.sqlite', 5), { code: 'GALLEY_FILE_UNKNOWN' });
    await assert.rejects(transfers.need(id, 5), { code: 'GALLEY_FILE_UNKNOWN' }, 'the folder is still empty');
  });
});
