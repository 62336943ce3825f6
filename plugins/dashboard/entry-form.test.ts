import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SafeHtml, SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

forEachSite({ plugins: ['posts', 'blocks', 'users', 'dashboard'] }, (suite) => {
  const editor = async (): Promise<Browser> =>
    new Browser(() => suite.current, (await suite.current.loginAs('editor')).cookie);

  test('entry-form:building adds panels, data and buttons; entry-form:sent takes over what they hold', async () => {
    const { site } = suite.current;
    const removers = [
      site.hooks.addFilter('entry-form:building', (form, { entry, content }) => {
        const html = new SafeHtml(`<label>Mood <input name="mood" value="${entry ? 'calm' : ''}"></label>`);
        form.sidePanels.push({ id: 'mood', title: 'Mood', html });
        form.data['mood'] = { length: content.length, text: '</script>' };
        form.buttons.push({ label: 'Save with mood', press: 'mood', isPrimary: false });
        return form;
      }),
      site.hooks.addFilter('entry-form:sent', (draft, { page, press }) => ({
        ...draft,
        meta: { mood: [`${page.value('mood')} by ${press}`] },
      })),
    ];
    const { id } = await site.entries.save({ type: 'post', title: 'Moody', content: 'abc' }, { viewer: SYSTEM });
    const browser = await editor();
    const form = await browser.get(`/admin/content/post/${id}`);
    assert.match(form.html, /<script type="application\/json" id="data-mood">\{"length":3,"text":"\\u003c/);
    await browser.submit(form, 'Save with mood', { mood: 'wild' });
    for (const remove of removers) remove();
    assert.deepEqual((await site.meta.of('entry', [id], ['mood'])).get(id), { mood: ['wild by mood'] });
    assert.doesNotMatch((await browser.get(`/admin/content/post/${id}`)).text, /Mood/);
  });

  test('a text of twenty thousand words is saved, and one that is too long says so and changes nothing', async () => {
    const { site } = suite.current;
    const words = (count: number): string => Array.from({ length: count }, (_, index) => `Wört${index}`).join(' ');
    const { id } = await site.entries.save({ type: 'post', title: 'Novel', content: 'abc' }, { viewer: SYSTEM });
    const browser = await editor();
    const long = words(20_000);
    const form = await browser.get(`/admin/content/post/${id}`);
    const saved = await browser.submit(form, 'Save draft', { content: `<p>${long}</p>` });
    assert.equal(saved.status, 200);
    assert.equal((await site.entries.need(id, SYSTEM)).content, `<p>${long}</p>`);
    const again = await browser.get(`/admin/content/post/${id}`);
    const refused = await browser.submit(again, 'Save draft', { content: words(400_000) });
    assert.equal(refused.status, 413);
    assert.match(refused.text, /longer than the 4 MB that are taken here\. Nothing was saved/);
    assert.equal((await site.entries.need(id, SYSTEM)).content, `<p>${long}</p>`);
  });

  test('entry-form:opening puts kept values into the form, entry-form:saved tells what became of them, entry-form:told words the notice', async () => {
    const { site } = suite.current;
    const told: string[] = [];
    const removers = [
      site.hooks.addFilter('entry-form:opening', (content, { page }) =>
        page.text('restore') === 'mine'
          ? {
              values: new Map([
                ['title', ['Kept elsewhere']],
                ['content', ['kept text']],
              ]),
              version: 1,
            }
          : content,
      ),
      site.hooks.addAction('entry-form:saved', ({ entry, saved, press }) => {
        told.push(`${entry?.title} → ${saved.title} by ${press}`);
      }),
      site.hooks.addFilter('entry-form:told', (notice, { saved }) => ({ ...notice, text: `${saved.title}, told.` })),
    ];
    const { id } = await site.entries.save({ type: 'post', title: 'Stored', content: 'abc' }, { viewer: SYSTEM });
    const browser = await editor();
    const form = await browser.get(`/admin/content/post/${id}?restore=mine`);
    assert.match(form.html, /kept text<\/textarea>/);
    const after = await browser.submit(form, 'Save draft');
    for (const remove of removers) remove();
    assert.match(after.text, /Kept elsewhere, told\./);
    assert.deepEqual(told, ['Stored → Kept elsewhere by draft']);
    assert.equal((await site.entries.need(id, SYSTEM)).content, 'kept text');
  });

  test('entry-form:taking does what its own button says, and the entry is not saved', async () => {
    const { site } = suite.current;
    const taken: unknown[] = [];
    const removers = [
      site.hooks.addFilter('entry-form:building', (form) => {
        form.buttons.push({ label: 'Take it', press: 'take', isPrimary: false });
        return form;
      }),
      site.hooks.addResponder('entry-form:taking', ({ press, draft, page }) => {
        if (press !== 'take') return undefined;
        taken.push(draft.title);
        return page.redirect('/');
      }),
    ];
    const { id } = await site.entries.save({ type: 'post', title: 'Mine' }, { viewer: SYSTEM });
    const browser = await editor();
    const form = await browser.get(`/admin/content/post/${id}`);
    await browser.submit(form, 'Take it', { title: 'Yours' });
    assert.deepEqual(taken, ['Yours']);
    assert.equal((await site.entries.need(id, SYSTEM)).title, 'Mine');
    for (const remove of removers) remove();
  });
});
