import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

forEachSite({ plugins: ['posts', 'blocks', 'users', 'dashboard'] }, (suite) => {
  const author = async (): Promise<Browser> =>
    new Browser(() => suite.current, (await suite.current.loginAs('author')).cookie);

  test('when something is visible is typed in the zone of the site, shown again, and said in the list', async () => {
    const { site } = suite.current;
    await site.options.set('timezone', 'America/New_York');
    const browser = await author();
    const form = await browser.get('/admin/content/post/new');
    const saved = await browser.submit(form, 'Publish', {
      title: 'Offer of the week',
      date: '2035-03-01T09:00',
      until: '2035-03-08T18:30',
      untilThen: 'private',
    });
    assert.match(saved.text, /Scheduled: visitors see it from 1 March 2035, 09:00 until 8 March 2035, 18:30\./);
    assert.match(saved.html, /name="until"[^>]*value="2035-03-08T18:30"/);
    const entry = await site.entries.findOne({ type: 'post', title: 'Offer', status: 'future' }, SYSTEM);
    assert.equal(entry?.unpublishAt, Date.UTC(2035, 2, 8, 23, 30));
    assert.equal(entry?.unpublishTo, 'private');
    assert.match((await browser.get('/admin/content/post')).text, /until 8 Mar 2035, 18:30/);
    const forGood = await browser.submit(saved, 'Update the schedule', { until: '' });
    assert.match(forGood.html, /name="until"[^>]*value=""/);
    assert.match(forGood.text, /Scheduled: visitors see it on 1 March 2035, 09:00\./);
    await site.options.set('timezone', 'UTC');
  });

  test('an end before the beginning, or no time at all, is refused and nothing typed is lost', async () => {
    const browser = await author();
    const form = await browser.get('/admin/content/post/new');
    const early = await browser.submit(form, 'Publish', { title: 'Over already', until: '2001-01-01T00:00' });
    assert.equal(early.status, 422);
    assert.match(early.html, /href="#f-until">Visible until: It would be over before visitors see it/);
    assert.match(early.html, /value="Over already"/);
    const odd = await browser.submit(form, 'Publish', { title: 'Odd', until: 'tomorrow' });
    assert.match(odd.text, /Write a date and a time/);
  });
});
