// Forms as a person fills them in: with a mouse, with keys only, and whether anything stands in the way of anybody.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { startTestSite, TEST_PASSWORD, type TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { startVisitor, type Visitor, type WatchedPage } from './visitor.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const EXAMPLES = join(import.meta.dirname, '..', '..', 'docs', 'examples');

declare const axe: { run(options: object): Promise<AxeResults> };

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations: found } = await axe.run({ resultTypes: ['violations'] });
    return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
  });
}

describe('forms in a browser', { skip: chromiumMissing() }, () => {
  let current: TestSite;
  let visitor: Visitor;

  before(async () => {
    current = await startTestSite({
      plugins: ['posts', 'blocks', 'users', 'media', 'dashboard', 'field-guide'],
      pluginFolders: [EXAMPLES],
    });
    const { site } = current;
    visitor = await startVisitor(await site.http.listen({ port: 0 }));
    await site.users.create(
      { login: 'ada', name: 'Ada', email: 'ada@example.org', password: TEST_PASSWORD, roles: ['administrator'] },
      SYSTEM,
    );
    for (const title of ['Wood', 'Meadow'])
      await site.entries.save({ type: 'habitat', title, status: 'publish' }, { viewer: SYSTEM });
  });
  after(async () => {
    await visitor?.close();
    await current?.stop();
  });

  async function open(path: string, options: object = {}): Promise<WatchedPage> {
    const watched = await visitor.visit(options);
    const { page } = watched;
    await watched.open('/admin/login');
    await page.fill('[name="login"]', 'ada');
    await page.fill('[name="password"]', TEST_PASSWORD);
    await Promise.all([page.waitForURL((url) => !url.pathname.includes('login')), page.keyboard.press('Enter')]);
    await watched.open(path);
    return watched;
  }
  const newest = async () => (await current.site.entries.find({ type: 'plant', status: 'draft' }, SYSTEM)).items[0];

  test('a plant is filled in with the mouse: rows, a relation, formatted text, a field that depends on another', async () => {
    const { page, complaints, close } = await open('/admin/content/plant/new');
    await page.fill('[name="title"]', 'Wild garlic & co');
    assert.equal(await page.inputValue('[name="fields.code"]'), 'wild-garlic-co', 'the short name follows the title');
    const recipe = page.locator('[name="fields.recipe"]');
    assert.equal(await recipe.isVisible(), false);
    await page.getByLabel('It can be eaten').check();
    await recipe.fill('Pesto.');
    await page.fill('[name="fields.names.0.name"]', 'Ramsons');
    await page.getByRole('button', { name: 'Add a row: Names elsewhere' }).click();
    await page.fill('[name="fields.names.1.name"]', 'Bear garlic');
    await page.getByRole('button', { name: 'Move up: Names elsewhere 2' }).click();
    await page.getByRole('combobox', { name: 'Habitats' }).click();
    await page.getByRole('option', { name: /Wood/ }).click();
    const text = page.getByRole('textbox', { name: 'Description' });
    await text.click();
    await page.getByRole('button', { name: 'Bold' }).click();
    await page.keyboard.type('Broad leaves');
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.waitForURL(/plant\/\d+/);
    const fields = (await newest())?.fields ?? {};
    assert.deepEqual(
      (fields['names'] as { name: string }[]).map(({ name }) => name),
      ['Bear garlic', 'Ramsons'],
    );
    assert.match(String(fields['looks']), /<(b|strong)>Broad leaves/);
    assert.equal(fields['recipe'], 'Pesto.');
    assert.equal((fields['habitats'] as number[]).length, 1);
    assert.deepEqual(complaints, []);
    await close();
  });

  test('the same with keys only: choosing, moving and removing, and taking a removal back', async () => {
    const { page, complaints, close } = await open('/admin/content/plant/new');
    const { keyboard } = page;
    await page.focus('[name="title"]');
    await keyboard.type('Nettle');
    await page.getByRole('combobox', { name: 'Habitats' }).focus();
    for (const word of ['Wood', 'Meadow']) {
      await keyboard.type(word);
      await page.getByRole('option', { name: new RegExp(word) }).waitFor();
      await keyboard.press('ArrowDown');
      await keyboard.press('Enter');
    }
    await page.getByRole('button', { name: /^Move Meadow/ }).focus();
    await keyboard.press('ArrowUp');
    await page.getByRole('button', { name: 'Add a row: Names elsewhere' }).focus();
    await keyboard.press('Enter');
    await keyboard.type('Second');
    await page.getByRole('button', { name: 'Remove: Names elsewhere 2' }).focus();
    await keyboard.press('Enter');
    assert.equal(await page.locator('[name="fields.names.1.name"]').isVisible(), false);
    await page.getByRole('button', { name: 'Undo' }).focus();
    await keyboard.press('Enter');
    assert.equal(await page.locator('[name="fields.names.1.name"]').isVisible(), true);
    await page.getByRole('button', { name: 'Save draft' }).focus();
    await keyboard.press('Enter');
    await page.waitForURL(/plant\/\d+/);
    const fields = (await newest())?.fields ?? {};
    const titles = await current.site.entries.getMany(fields['habitats'] as number[], SYSTEM);
    assert.deepEqual(
      (fields['habitats'] as number[]).map((id) => titles.get(id)?.title),
      ['Meadow', 'Wood'],
    );
    assert.deepEqual(fields['names'], [{ name: 'Second', language: null }]);
    assert.deepEqual(complaints, []);
    await close();
  });

  for (const colorScheme of ['light', 'dark'] as const)
    test(`nothing stands in anybody's way, ${colorScheme}, and a phone is wide enough`, async () => {
      const { page, close } = await open('/admin/content/plant/new', {
        colorScheme,
        viewport: { width: 390, height: 844 },
      });
      for (const details of await page.locator('details.box').all())
        await details.evaluate((element) => element.setAttribute('open', ''));
      await page.getByRole('button', { name: 'Add a row: Story' }).click();
      assert.deepEqual(await violations(page), []);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide`);
      await close();
    });
});
