import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import type { TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, fillLogin, startAdminSite, violationsInBoth } from './admin-visitor.ts';
import { openEntry } from './editor-visitor.ts';
import type { WatchedPage } from './visitor.ts';

const BLOCKS = join(import.meta.dirname, '../../../shared/data/blocks');
const NO_BLOCKS = existsSync(BLOCKS) ? false : `no sample data in ${BLOCKS}`;

const p = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;
const TEXT = `${p('First.')}\n\n${p('Second.')}\n\n${p('Third.')}`;

describe('nothing that is typed is lost', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let current: TestSite;
  let origin: string;

  before(async () => {
    admin = await startAdminSite();
    ({ current, origin } = admin);
    await admin.administrator('ben', 'Ben');
  });
  after(() => admin?.stop());

  const enter = (login: string): Promise<WatchedPage> => admin.enter({}, login);
  const write = (title: string) =>
    current.site.entries.save({ type: 'post', title, content: TEXT, status: 'publish' }, { viewer: SYSTEM });
  const title = (page: Page) => page.getByLabel('Title', { exact: true });

  test('a text that is longer than the server takes is not sent and stays where it is', async () => {
    const watched = await enter('ada');
    const { page } = watched;
    await watched.open('/admin/content/post/new');
    const limit = current.site.config.http.textLimit;
    await title(page).fill('Long');
    await page.locator('textarea[name="excerpt"]').evaluate((area: HTMLTextAreaElement, length: number) => {
      area.value = 'x'.repeat(length);
      area.dispatchEvent(new Event('input', { bubbles: true }));
    }, limit);
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByText(/^Not sent: this is longer than the 4 MB that can be saved at once/).waitFor();
    assert.equal(await title(page).inputValue(), 'Long');
    assert.equal((await page.locator('textarea[name="excerpt"]').inputValue()).length, limit);
    assert.match(page.url(), /\/content\/post\/new$/);
    await watched.close();
  });

  test('a browser that is killed while typing: the text is offered in the next one, at most five seconds old', async () => {
    const entry = await write('Crash');
    const first = await enter('ada');
    await first.open(`/admin/content/post/${entry.id}`);
    await title(first.page).fill('Typed before the crash');
    await first.page.getByText(/Autosaved \d+ s ago/).waitFor();
    await first.close();
    const second = await enter('ada');
    await second.open(`/admin/content/post/${entry.id}`);
    await second.page.getByText(/that was not saved/).waitFor();
    assert.deepEqual(await violationsInBoth(second.page), []);
    await second.page.getByRole('link', { name: 'Compare' }).click();
    await second.page.locator('ins', { hasText: 'Typed before the crash' }).waitFor();
    assert.deepEqual(await violationsInBoth(second.page), []);
    await second.page.getByRole('link', { name: 'Restore it' }).click();
    assert.equal(await title(second.page).inputValue(), 'Typed before the crash');
    assert.equal((await current.site.entries.need(entry.id)).title, 'Crash');
    await second.page.getByRole('button', { name: 'Update' }).click();
    await second.page.getByText('Visitors see it now').waitFor();
    assert.equal((await current.site.entries.need(entry.id)).title, 'Typed before the crash');
    assert.equal(await second.page.getByText(/that was not saved/).count(), 0);
    assert.deepEqual([...first.complaints, ...second.complaints], []);
    await second.close();
  });

  test('offline: what is typed stays in the browser, survives the page, and is sent when the connection is back', async () => {
    const entry = await write('Offline');
    const watched = await enter('ada');
    const { page } = watched;
    await watched.open(`/admin/content/post/${entry.id}`);
    await page
      .getByText('Autosaved')
      .waitFor({ state: 'detached' })
      .catch(() => undefined);
    await page.context().setOffline(true);
    await title(page).fill('Typed offline');
    await page.getByText('Offline. What you type is kept in this browser').waitFor();
    await page.getByText('Offline: kept in this browser').waitFor();
    assert.deepEqual(await violationsInBoth(page), []);
    await page.getByRole('button', { name: 'Update' }).click();
    await page.getByText('Offline. What you type is kept in this browser').waitFor();
    assert.equal(await title(page).inputValue(), 'Typed offline', 'the save waits and the page stays');
    await page.context().setOffline(false);
    await page.getByText('Visitors see it now').waitFor();
    assert.equal(
      (await current.site.entries.need(entry.id)).title,
      'Typed offline',
      'the save that waited went through',
    );
    await watched.close();
  });

  test('logged out while typing: log in beside it, and the save goes on', async () => {
    const entry = await write('Session');
    const watched = await enter('ada');
    const { page } = watched;
    await watched.open(`/admin/content/post/${entry.id}`);
    await page.context().clearCookies();
    await title(page).fill('Typed without a session');
    await page.getByText('You are logged out. Your text is kept in this browser.').waitFor();
    const beside = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Log in in a new tab' }).click(),
    ]).then(([opened]) => opened);
    await fillLogin(beside, `${origin}/admin`);
    await page.bringToFront();
    await page.getByText(/Autosaved \d+ s ago/).waitFor();
    await page.getByRole('button', { name: 'Update' }).click();
    await page.getByText('Visitors see it now').waitFor();
    assert.equal((await current.site.entries.need(entry.id)).title, 'Typed without a session');
    await watched.close();
  });

  test('two people on one post: the second sees who is there, takes over, and gets the first one’s text beside his', async () => {
    const entry = await write('Two people');
    const [ada, ben] = [await enter('ada'), await enter('ben')];
    // Each form asks every fifteen seconds who has the entry.
    for (const { page } of [ada, ben]) await page.clock.install();
    const url = `/admin/content/post/${entry.id}`;
    const isHeld = ada.page.waitForResponse((reply) => reply.url().includes('/api/edit-locks/'));
    await ada.open(url);
    await isHeld;
    await title(ada.page).fill('Ada types');
    await ben.open(url);
    await ben.page.getByText('Ada is editing this.').waitFor();
    await ben.page.waitForFunction(() => document.querySelector<HTMLElement>('.entry-main')?.inert === true);
    assert.deepEqual(await violationsInBoth(ben.page), []);
    await ben.page.getByRole('button', { name: 'Take over' }).click();
    await ben.page.getByText('You are editing this now.').waitFor();
    await ada.page.clock.fastForward(15_000);
    await ada.page.getByText('Ben has taken over.').waitFor({ timeout: 60_000 });
    assert.equal(await title(ada.page).inputValue(), 'Ada types');
    await ben.page.clock.fastForward(15_000);
    await ben.page.getByText('Ada had text that was not saved. It is kept.').waitFor({ timeout: 60_000 });
    await ben.page.getByRole('link', { name: 'Put it into my form' }).click();
    assert.equal(await title(ben.page).inputValue(), 'Ada types');
    assert.deepEqual([...ada.complaints, ...ben.complaints], []);
    await Promise.all([ada.close(), ben.close()]);
  });

  test('trashed and then deleted for good while one types: one is told, and all of it becomes a new one', async () => {
    const entry = await write('Vanishing');
    const ada = await enter('ada');
    await ada.page.clock.install();
    const isHeld = ada.page.waitForResponse((reply) => reply.url().includes('/api/edit-locks/'));
    await ada.open(`/admin/content/post/${entry.id}`);
    await isHeld;
    await current.site.entries.trash(entry.id, { viewer: SYSTEM });
    await ada.page.clock.fastForward(15_000);
    await ada.page.getByText('This was moved to the trash.').waitFor();
    await current.site.entries.remove(entry.id, { viewer: SYSTEM });
    await title(ada.page).fill('Outlives its entry');
    await ada.page.clock.fastForward(15_000);
    await ada.page.getByText('This was deleted for good.').waitFor();
    await ada.page.clock.fastForward(15_000);
    await ada.page.getByText(/Autosaved/).waitFor();
    assert.deepEqual(await violationsInBoth(ada.page), []);
    await ada.page.getByRole('button', { name: 'Update' }).click();
    await ada.page.getByText('this was deleted for good meanwhile').waitFor();
    assert.equal(await title(ada.page).inputValue(), 'Outlives its entry');
    await ada.page.getByRole('button', { name: 'Save draft' }).click();
    await ada.page.getByText('Draft saved').waitFor();
    assert.equal(await title(ada.page).inputValue(), 'Outlives its entry');
    await ada.open('/admin/content/post/new');
    assert.equal(await ada.page.getByText('and did not save it').count(), 0, 'nothing is left over');
    await ada.close();
  });

  test('a stale save: both are put together, chosen by keyboard alone; any two versions are compared as words and pages', async () => {
    const entry = await write('Stale');
    const ada = await enter('ada');
    const { page } = ada;
    await ada.open(`/admin/content/post/${entry.id}`);
    await title(page).fill('Ada wrote this title');
    await current.site.entries.save(
      { id: entry.id, title: 'Another title', content: p('Changed.') },
      { viewer: SYSTEM },
    );
    await page.getByRole('button', { name: 'Update' }).click();
    await page.getByText('Not saved yet.').waitFor();
    assert.deepEqual(await violationsInBoth(page), []);
    await page.getByLabel('Take mine').focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Save both together' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Visitors see it now').waitFor();
    const saved = await current.site.entries.need(entry.id);
    assert.deepEqual([saved.title, saved.content], ['Ada wrote this title', p('Changed.')]);
    await page.getByRole('link', { name: 'Earlier versions' }).click();
    await page.getByRole('button', { name: 'Compare the two' }).waitFor();
    assert.deepEqual(await violationsInBoth(page), []);
    await page.getByRole('link', { name: 'Version 1' }).click();
    await page.locator('del', { hasText: 'Stale' }).first().waitFor();
    await page.frameLocator('iframe').first().getByText('Second.').waitFor();
    assert.deepEqual(await violationsInBoth(page), []);
    await ada.close();
  });

  test('a stale save is put together by mouse: their title, my paragraph, and both of what both of us wrote', async () => {
    const entry = await write('Stale by mouse');
    const ada = await enter('ada');
    const { page } = ada;
    await ada.open(`/admin/content/post/${entry.id}`);
    await page.locator('.ge-text > p').first().click();
    await page.keyboard.type(' Mine.');
    await title(page).fill('My title');
    await current.site.entries.save(
      {
        id: entry.id,
        title: 'Their title',
        content: TEXT.replace('First.', 'Theirs.').replace('Third.', 'Third, theirs.'),
      },
      { viewer: SYSTEM },
    );
    await page.getByRole('button', { name: 'Update' }).click();
    await page.getByText('Not saved yet.').waitFor();
    const choices = page.locator('.merge-choice');
    assert.equal(await choices.count(), 2);
    await choices.filter({ hasText: 'My title' }).getByText('Their title').click();
    await choices.filter({ hasText: 'Mine.' }).getByText('Take both, theirs first').click();
    await page.getByRole('button', { name: 'Save both together' }).click();
    await page.getByText('Visitors see it now').waitFor();
    const saved = await current.site.entries.need(entry.id);
    assert.equal(saved.title, 'Their title');
    assert.equal(saved.content, [p('Theirs.'), p('First. Mine.'), p('Second.'), p('Third, theirs.')].join('\n\n'));
    // The browser tells of the answer that is the screen to choose on.
    assert.deepEqual(
      ada.complaints.filter((line) => !line.includes('409 (Conflict)')),
      [],
    );
    await ada.close();
  });

  test('every block that WordPress has, opened in the form and saved by it, keeps every byte', {
    skip: NO_BLOCKS,
  }, async () => {
    const { site } = admin.current;
    const files = readdirSync(BLOCKS).filter((name) => /^[^.]+\.html$/.test(name));
    const stored = new Map<number, string>();
    for (const file of files) {
      const content = readFileSync(join(BLOCKS, file), 'utf8');
      const { id } = await site.entries.save({ type: 'post', title: file, content }, { viewer: SYSTEM });
      stored.set(id, content);
    }
    const watched = await admin.enter();
    const [first = 0] = stored.keys();
    await openEntry(watched, first);
    // As the form of each does it, in one page: the field is parsed, the editor reads and writes it, the form goes out.
    await watched.page.evaluate(
      async (ids) => {
        const { editorHandle: handle } = window;
        const open = (address: string): Promise<Document | null> =>
          new Promise((resolve) => {
            const request = new XMLHttpRequest();
            request.responseType = 'document';
            request.onloadend = () => resolve(request.responseXML);
            request.open('GET', address);
            request.send();
          });
        for (const id of ids) {
          const address = `/admin/content/post/${id}`;
          const form = (await open(address))?.querySelector<HTMLFormElement>('form.entry-form');
          const field = form?.querySelector<HTMLTextAreaElement>('textarea[name="content"]');
          if (!form || !field || !handle) throw new Error(`no form at ${address}`);
          handle.setText(field.value);
          field.value = handle.text();
          const sent = new URLSearchParams();
          for (const [name, value] of new FormData(form)) sent.append(name, String(value).replace(/\r?\n/g, '\r\n'));
          sent.set('title', `${sent.get('title')} again`);
          await fetch(address, { method: 'POST', body: sent, redirect: 'manual' });
        }
      },
      [...stored.keys()],
    );
    const wrong: string[] = [];
    for (const [id, content] of stored) {
      const entry = await site.entries.need(id, SYSTEM);
      assert.match(entry.title, / again$/, 'it was saved');
      if (entry.content !== content) wrong.push(`${entry.title}: ${JSON.stringify(entry.content)}`);
    }
    assert.ok(files.length > 30);
    assert.deepEqual(wrong, []);
    // One of them shows a pattern that this site does not have.
    assert.deepEqual(
      watched.complaints.filter((text) => !text.includes('404')),
      [],
    );
    await watched.close();
  });
});
