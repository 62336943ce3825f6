// The library as a person uses it in a browser: a hundred files at once, lost connections, cutting by keyboard, choosing.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import type { TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, askedOf, startAdminSite, violations } from './admin-visitor.ts';

const SHOTS = process.env['GALLEY_SHOTS'];

const colour = (index: number): string => `hsl(${(index * 37) % 360} 60% 55%)`;

function picture(index: number, width = 480, height = 320): Promise<Buffer> {
  const patch = {
    width: Math.round(width / 3),
    height: Math.round(height / 2),
    channels: 3,
    background: colour(index + 5),
  } as const;
  return sharp({ create: { width, height, channels: 3, background: colour(index) } })
    .composite([{ input: { create: patch }, left: Math.round(width / 6), top: Math.round(height / 4) }])
    .jpeg()
    .toBuffer();
}

describe('the library in a browser', { skip: chromiumMissing() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'galley-e2e-media-'));
  let admin: AdminSite;
  let current: TestSite;
  let photo: Entry;

  before(async () => {
    admin = await startAdminSite({
      plugins: ['posts', 'blocks', 'users', 'media', 'dashboard', 'picker-page'],
      pluginFolders: [join(import.meta.dirname, '../fixtures/screens')],
      config: { http: { rateLimit: 0, maxLagMs: 0 } },
    });
    ({ current } = admin);
    const { site } = current;
    const media = site.services.use('media');
    for (const [index, name] of ['Harbour at dawn', 'The old crane', 'Ropes'].entries()) {
      const path = join(folder, `seed-${index}.jpg`);
      writeFileSync(path, await picture(index, 1200, 800));
      photo = await media.receive({ path, name: `${name}.jpg` }, { viewer: SYSTEM });
    }
    const pdf = join(folder, 'prices.pdf');
    writeFileSync(pdf, '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
    await media.receive({ path: pdf, name: 'Prices.pdf' }, { viewer: SYSTEM });
    await media.settled();
    await site.entries.save(
      { type: 'post', title: 'On ropes', status: 'publish', featuredId: photo.id, content: '' },
      { viewer: SYSTEM },
    );
  });
  after(async () => {
    await admin?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const shoot = async (page: Page, name: string): Promise<void> => {
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  };
  const said = (page: Page, text: string, timeout = 30_000): Promise<void> =>
    page.locator('.upload-head p', { hasText: text }).waitFor({ timeout });
  async function drop(page: Page, paths: readonly string[]): Promise<void> {
    await page.locator('#media-files').setInputFiles([...paths]);
  }

  test('a hundred files come in with their progress, and what is there already is noticed', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open('/admin/media');
    mkdirSync(join(folder, 'hundred'));
    const paths: string[] = [];
    for (let index = 0; index < 100; index++) {
      const path = join(folder, 'hundred', `file-${index}.jpg`);
      writeFileSync(path, await picture(index, 40 + index, 30));
      paths.push(path);
    }
    await drop(page, paths);
    await said(page, '100 of 100 files are in the library.', 120_000);
    assert.equal(await page.locator('.upload-row[data-state="done"]').count(), 100);
    await shoot(page, 'library-uploaded');
    await drop(page, paths.slice(0, 1));
    await said(page, '1 was there already.');
    await page.getByRole('button', { name: 'Upload file-0.jpg anyway' }).click();
    await said(page, '101 of 101 files are in the library.');
    await watched.open('/admin/media?search=nothing-is-called-so');
    writeFileSync(join(folder, 'torn.jpg'), 'no picture');
    writeFileSync(join(folder, 'late.jpg'), await picture(1, 31, 41));
    await drop(page, [join(folder, 'torn.jpg'), join(folder, 'late.jpg')]);
    await said(page, '1 of 2 files are in the library. 1 was not taken.');
    await page.getByRole('button', { name: 'Show the new files' }).waitFor();
    assert.equal(await page.locator('#media-empty').count(), 0, 'nobody reads that nothing is there');
    watched.complaints.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...watched.complaints.filter((text) => !/ 40[04]\b/.test(text)),
    );
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('all that match are selected across pages, in the grid and in the list, changed in steps and taken back', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    const live = async (): Promise<Entry[]> =>
      (await current.site.entries.find({ type: 'attachment', status: 'inherit', limit: 200 }, SYSTEM)).items;
    const count = (await live()).length;
    const selectAll = async (address: string): Promise<void> => {
      await watched.open(address);
      await page.getByLabel('Select all on this page').check();
      await page.getByRole('button', { name: `Select all ${count} that match` }).click();
      await page.getByText(`${count} selected`).waitFor();
    };
    await selectAll('/admin/media?view=grid');
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await page.getByRole('button', { name: `Move to trash (${count})` }).click();
    await page.getByText(`Done: ${count}.`).waitFor();
    assert.equal((await live()).length, 0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(`Taken back: ${count}.`).waitFor();
    assert.equal((await live()).length, count);

    await selectAll('/admin/media?view=list');
    await page.locator('#bulk-action').selectOption('credit');
    await page.getByRole('button', { name: 'Apply' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`all ${count} that match, also to those on other pages`).waitFor();
    await dialog.getByLabel('Credit').fill('The harbour office');
    await dialog.getByRole('button', { name: `Set credit (${count})` }).click();
    await page.getByText(`Done: ${count}.`).waitFor();
    const credited = (await live()).filter(({ fields }) => fields['credit'] === 'The harbour office');
    assert.equal(credited.length, count);
    await watched.open('/admin/media?view=grid');
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('an upload is cancelled, and one whose connection is lost goes on after a reload where it was', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open('/admin/media');
    const noise = Buffer.alloc(5_500_000, 'x');
    noise.write('%PDF-1.4\n');
    const path = join(folder, 'long.pdf');
    writeFileSync(path, noise);
    const offsets: string[] = [];
    // The first piece arrives; then nothing does any more.
    await page.route(/\/admin\/api\/media\/uploads\/\w+/, async (route) => {
      const offset = new URL(route.request().url()).searchParams.get('offset');
      if (offsets.length > 0 || offset === null) await route.abort('connectionreset');
      else {
        offsets.push(offset);
        await route.continue();
      }
    });
    await drop(page, [path]);
    await page.getByText('Waiting for the connection').waitFor();
    const next = await page.context().newPage();
    await page.close();
    await next.goto('/admin/media');
    const sent: string[] = [];
    next.on('request', (request) => {
      const offset = new URL(request.url()).searchParams.get('offset');
      if (offset !== null) sent.push(offset);
    });
    await drop(next, [path]);
    await said(next, '1 of 1 files are in the library.', 60_000);
    assert.equal(offsets[0], '0');
    assert.ok(Number(sent[0]) > 0, `went on at ${sent.join()}`);
    const other = join(folder, 'other.pdf');
    noise.write('y', 100);
    writeFileSync(other, noise);
    await next.route('**/admin/api/media/uploads/*?offset=*', () => undefined);
    await drop(next, [other]);
    await next.getByRole('button', { name: 'Cancel other.pdf' }).click();
    await next.getByText('Cancelled').waitFor();
    // The server is told in the background.
    const left = () => current.site.database.read('media_uploads').select('id');
    for (const end = Date.now() + 30_000; (await left()).length > 0 && Date.now() < end; )
      await next.waitForTimeout(50);
    assert.deepEqual(await left(), []);
    await watched.close();
  });

  test('a picture is cut and focused by keyboard and by mouse, and the numbers say the same', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open(`/admin/media/${photo.id}`);
    await page.getByText('On ropes').waitFor();
    const form = page.locator('#media-edit');
    await form.getByLabel('Width').fill('50');
    await form.getByLabel('Height').fill('50');
    await page.locator('.crop-frame').focus();
    for (const key of ['ArrowRight', 'Shift+ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    assert.equal(await form.getByLabel('From the left').inputValue(), '1');
    assert.equal(await form.getByLabel('From the top').inputValue(), '11');
    await page.locator('.crop-corner').focus();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await form.getByLabel('Width').inputValue(), '49');
    await shoot(page, 'file-light');
    /** Drags from the middle of an element, by parts of the size of the picture. */
    const drag = async (selector: string, whole: string, dx: number, dy: number): Promise<void> => {
      const [from, box] = [await page.locator(selector).boundingBox(), await page.locator(whole).boundingBox()];
      assert.ok(from && box);
      const [x, y] = [from.x + from.width / 2, from.y + from.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + dx * box.width, y + dy * box.height, { steps: 3 });
      await page.mouse.up();
      // What the pointer does afterwards is nothing to it.
      await page.mouse.move(x, y);
    };
    const numbers = (names: readonly string[], of = form): Promise<number[]> =>
      Promise.all(names.map(async (name) => Math.round(Number(await of.getByLabel(name).inputValue()))));
    const FRAME = ['From the left', 'From the top', 'Width', 'Height'];
    await page.locator('#media-stage').scrollIntoViewIfNeeded();
    await drag('.crop-frame', '#media-stage canvas', 0.2, 0.1);
    assert.deepEqual(await numbers(FRAME), [21, 21, 49, 50]);
    await drag('.crop-corner', '#media-stage canvas', 0.1, 0.2);
    assert.deepEqual(await numbers(FRAME), [21, 21, 59, 70]);
    await drag('.crop-frame', '#media-stage canvas', -0.9, -0.9);
    assert.deepEqual(await numbers(FRAME), [0, 0, 59, 70], 'it stays in the picture');
    await form.getByLabel('Width').fill('49');
    await form.getByLabel('Height').fill('50');
    await form.getByRole('button', { name: 'Save the cut' }).click();
    await page.getByText('588 × 400').waitFor();
    await page.locator('.focal-point').focus();
    await page.keyboard.press('Shift+ArrowLeft');
    assert.equal(await page.locator('#media-focal').getByLabel('From the left').inputValue(), '40');
    await page.locator('.focal-whole').scrollIntoViewIfNeeded();
    const focal = page.locator('#media-focal');
    await drag('.focal-point', '.focal-whole', 0.25, -0.25);
    assert.deepEqual(await numbers(['From the left', 'From the top'], focal), [65, 25]);
    await drag('.focal-point', '.focal-whole', 0.9, 0);
    assert.deepEqual(await numbers(['From the left', 'From the top'], focal), [100, 25], 'it stays in the picture');
    await page.getByRole('button', { name: 'Save the focal point' }).click();
    await page.getByText('The focal point is saved.').waitFor();
    await page.getByRole('button', { name: 'Back to the original' }).click();
    await page.getByText('1200 × 800').waitFor();
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('folders are made, filled and renamed by keyboard', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open('/admin/media');
    await page.getByLabel('New folder').focus();
    await page.keyboard.type('Boats');
    await page.keyboard.press('Enter');
    await page.getByText('The folder “Boats” is made.').waitFor();
    await watched.open('/admin/media?search=crane');
    await page.getByLabel('Tick The old crane').focus();
    await page.keyboard.press('Space');
    await page.getByText('1 selected').waitFor();
    await page.getByLabel('Folder to move to').selectOption({ label: 'Boats' });
    await page.getByRole('button', { name: 'Move', exact: true }).press('Enter');
    await page.getByText('1 file moved.').waitFor();
    await page.getByRole('link', { name: 'Boats', exact: true }).press('Enter');
    await page.getByText('The old crane').waitFor();
    await page.getByRole('link', { name: 'Rename or move Boats' }).press('Enter');
    await page.getByLabel('Name').fill('Ships');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ships' }).waitFor();
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('files are dropped onto the library and onto a folder, and those of the library dragged into one', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    const ships = (await current.site.terms.list('media_folder')).find(({ name }) => name === 'Ships');
    await watched.open('/admin/media?view=grid');
    const dropFile = async (selector: string, index: number): Promise<void> => {
      const bytes = [...(await picture(index, 60 + index, 40))];
      await page
        .locator(selector)
        .first()
        .evaluate(
          (element, file) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(file.bytes)], file.name, { type: 'image/jpeg' }));
            for (const type of ['dragover', 'drop'])
              element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
          },
          { bytes, name: `Dropped ${index}.jpg` },
        );
    };
    const foldersOf = async (title: string): Promise<number[]> => {
      const [found] = (await current.site.entries.find({ type: 'attachment', status: 'inherit', title }, SYSTEM)).items;
      assert.ok(found, title);
      return ((await current.site.terms.ofEntries([found.id])).get(found.id) ?? []).map(({ id }) => id);
    };
    await dropFile('#media-grid', 301);
    await said(page, '1 of 1 files are in the library.');
    await dropFile(`.media-folders a[data-folder="${ships?.id}"]`, 302);
    await said(page, '2 of 2 files are in the library.');
    assert.equal(await page.locator('.is-target, .is-dropping').count(), 0);
    assert.deepEqual(await foldersOf('Dropped 301'), []);
    assert.deepEqual(await foldersOf('Dropped 302'), [ships?.id]);
    await page
      .locator('#media-grid [data-id]')
      .nth(1)
      .dragTo(page.locator(`.media-folders a[data-folder="${ships?.id}"]`));
    await page.getByText('1 file moved.').waitFor();
    assert.deepEqual(await foldersOf('Dropped 301'), [ships?.id], 'also one that has just come in');
    await said(page, '2 of 2 files are in the library.');
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('files are chosen in the dialog by keyboard, with their alternative text, and uploaded there', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open('/admin/picker-page');
    await page.getByRole('button', { name: 'Choose one' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Choose a file' });
    await dialog.getByRole('listbox').getByRole('option').first().waitFor();
    await dialog.getByLabel('Words of the title').fill('harbour');
    await dialog.getByRole('option', { name: /Harbour at dawn/ }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll('li[role="option"]').length === 1);
    await dialog.locator('li[role="option"]').focus();
    await page.keyboard.press('Space');
    await dialog.getByLabel('Alternative text').fill('Boats at sunrise');
    await shoot(page, 'picker-light');
    assert.deepEqual(await violations(page), []);
    await dialog.getByRole('button', { name: 'Insert' }).press('Enter');
    await page.getByText('Harbour at dawn (Boats at sunrise)').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Choose one');
    await page.getByRole('button', { name: 'Choose several' }).click();
    const several = page.getByRole('dialog', { name: 'Choose files' });
    await several.getByRole('listbox').getByRole('option').first().waitFor();
    const chooser = page.waitForEvent('filechooser');
    await several.getByRole('button', { name: 'Upload' }).click();
    const path = join(folder, 'In the dialog.jpg');
    writeFileSync(path, await picture(200));
    await (await chooser).setFiles([path]);
    await several.getByText('1 chosen').waitFor();
    await several.locator('li[role="option"]').nth(1).focus();
    await page.keyboard.press('Enter');
    await page.getByText(/In the dialog \(\), /).waitFor();
    await page.getByRole('button', { name: 'Choose one' }).click();
    await page.keyboard.press('Escape');
    await page.getByText('nothing').waitFor();
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('nothing stands in the way of anybody, in light and dark, on a desk and a phone', async () => {
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of colorScheme === 'dark' ? [1440] : [1440, 390]) {
        const asked = askedOf(colorScheme, width);
        const watched = await admin.enter({ colorScheme, viewport: { width, height: 900 } });
        const { page } = watched;
        const { id } = (await current.site.terms.list('media_folder'))[0] ?? { id: 0 };
        const addresses = [
          '?view=grid',
          '?view=list',
          '?trash=1&view=grid',
          `/${photo.id}`,
          `/folders/${id}`,
          `/folders/${id}/delete`,
          `/${photo.id}/delete`,
        ];
        for (const address of addresses) {
          await watched.open(`/admin/media${address}`);
          await shoot(page, `${address.replace(/\W+/g, '-')}-${colorScheme}-${width}`);
          assert.deepEqual(await violations(page, asked), [], `${address} ${colorScheme} ${width}`);
          const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
          assert.equal(isWide, false, `${address} scrolls sideways at ${width}`);
        }
        assert.deepEqual(watched.complaints, []);
        await watched.close();
      }
  });
});
