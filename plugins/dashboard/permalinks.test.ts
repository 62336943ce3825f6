import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadPermalinks, SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';

const SCREEN = '/admin/settings/permalinks';
let current: TestSite;
let administrator: Browser;
let old: string;

before(async () => {
  current = await startTestSite();
  administrator = new Browser(() => current, (await current.loginAs('administrator')).cookie);
  const post = await current.site.entries.save(
    { type: 'post', title: 'Hand set', status: 'publish' },
    { viewer: SYSTEM },
  );
  old = (await loadPermalinks(current.site)).entry(post);
});
after(() => current.stop());

const structure = (): Promise<string> => current.site.options.get<string>('permalink_structure');

test('each way is shown by the address that the latest post would have', async () => {
  const form = await administrator.get(SCREEN);
  assert.match(form.text, /Month and name \S+\/\d{4}\/\d\d\/hand-set\//);
  assert.match(form.text, /Day and name \S+\/\d{4}\/\d\d\/\d\d\/hand-set\//);
  assert.match(form.text, /%postname%.*hand-set/);
  assert.match(form.html, /aria-current="page">Addresses/);
});

test('what is no structure, or stands in the way of other pages, is said at the field', async () => {
  const wrong = {
    '/%nonsense%/': /%nonsense%/,
    '/admin/%postname%/': /Addresses cannot begin with \/admin\//,
    '': /is no path/,
  };
  for (const [own, words] of Object.entries(wrong)) {
    const again = await administrator.submit(await administrator.get(SCREEN), 'Save settings', { choice: 'own', own });
    assert.equal(again.status, 422, own);
    assert.match(again.text, words);
    assert.match(again.html, /name="own"[^>]*aria-invalid="true"/);
  }
  assert.equal(await structure(), '/%year%/%monthnum%/%postname%/');
});

test('a change says how many addresses change and waits for a yes; old addresses lead to the new', async () => {
  const asked = await administrator.submit(await administrator.get(SCREEN), 'Save settings', {
    choice: 'own',
    own: '/reads/%postname%/',
  });
  assert.match(asked.text, /posts? change/);
  assert.match(asked.text, /From http\S+\/\d{4}\/\d\d\/hand-set\/ ?To http\S+\/reads\/hand-set\//);
  assert.equal(await structure(), '/%year%/%monthnum%/%postname%/', 'nothing is changed yet');
  const done = await administrator.submit(asked, 'Change the addresses');
  assert.match(done.text, /The addresses are changed/);
  assert.equal(await structure(), '/reads/%postname%/');
  assert.equal((await new Browser(() => current).get(old)).url, '/reads/hand-set/');
  const same = await administrator.submit(done, 'Save settings');
  assert.match(same.text, /stay as they are/);
});
