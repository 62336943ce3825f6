// Forms as a person fills them in: with a mouse, with keys only, and whether anything stands in the way of anybody.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { makeShop } from '../support/shop-models.ts';
import { type AdminSite, COLOURS, scriptsOf, startAdminSite, violations } from './admin-visitor.ts';
import type { WatchedPage } from './visitor.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'docs', 'examples');

describe('forms in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let current: TestSite;

  before(async () => {
    admin = await startAdminSite({
      plugins: ['posts', 'blocks', 'users', 'media', 'dashboard', 'records', 'field-guide'],
      pluginFolders: [EXAMPLES],
    });
    ({ current } = admin);
    const { site } = current;
    for (const title of ['Wood', 'Meadow'])
      await site.entries.save({ type: 'habitat', title, status: 'publish' }, { viewer: SYSTEM });
  });
  after(() => admin?.stop());

  async function open(path: string, options: object = {}): Promise<WatchedPage> {
    const watched = await admin.enter(options);
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
      assert.deepEqual(await violations(page, colorScheme === 'dark' ? COLOURS : {}), []);
      const { count, bytes } = await scriptsOf(page);
      assert.ok(bytes < 90 * 1024, `${bytes} bytes in ${count} scripts`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide`);
      await close();
    });

  test('records of a model are listed and filled in by keys, and nothing stands in anybody’s way', async () => {
    const shop = await makeShop(current.site);
    const { id } = await shop.customers.create({ name: 'Ada', email: 'ada@example.org' });
    const { page, complaints, close } = await open('/admin/records/order');
    await page.getByRole('link', { name: 'Add the first' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Number').focus();
    await page.keyboard.type('N-1');
    await page.getByLabel('Customer').selectOption(String(id));
    await page.getByLabel('Placed').fill('2026-03-01T09:30');
    await page.getByLabel('Total').fill('12.50');
    await page.getByRole('button', { name: 'Add a row: Lines' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Article').fill('Poster');
    await page.getByLabel('Amount').fill('2');
    await page.getByRole('button', { name: 'Save', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('“N-1” is saved.').waitFor();
    assert.equal((await shop.lines.list()).items[0]?.amount, 2);
    assert.deepEqual(complaints, []);
    const form = new URL(page.url()).pathname;
    await close();
    for (const width of [390, 1440])
      assert.deepEqual(
        await admin.barriers(['/admin/records/order', form, `${form}/delete`], width),
        [],
        String(width),
      );
  });
});
