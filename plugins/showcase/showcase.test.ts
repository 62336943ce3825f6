import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FIELD_KINDS, PANEL_PARTS } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';
import { exampleOf } from './blocks.ts';
import { PANEL_SAMPLES } from './panels.ts';
import { PIECES } from './pieces.ts';

const PLUGINS = ['posts', 'blocks', 'users', 'media', 'menus', 'comments', 'dashboard', 'showcase'];

let current: TestSite;
let administrator: Browser;
before(async () => {
  current = await startTestSite({ plugins: PLUGINS });
  administrator = new Browser(() => current, (await current.loginAs('administrator')).cookie);
});
after(() => current.stop());

test('every template of a component, every kind of field and every part of a panel is shown with its code', async () => {
  const files = await readdir(join(import.meta.dirname, 'views/templates/piece'));
  assert.deepEqual(files.map((file) => file.replace('.hbs', '')).sort(), PIECES.map(({ name }) => name).sort());
  const pieces = await administrator.get('/admin/showcase');
  for (const { title } of PIECES) assert.ok(pieces.text.includes(title), title);
  assert.match(pieces.text, /\{\{> badge word='Published' tone='success'\}\}/);
  const fields = await administrator.get('/admin/showcase/fields');
  for (const kind of FIELD_KINDS) assert.ok(fields.text.includes(`kind: '${kind}'`), kind);
  const panels = await administrator.get('/admin/showcase/panels');
  assert.deepEqual([...PANEL_PARTS].sort(), Object.keys(PANEL_SAMPLES).sort());
  for (const kind of PANEL_PARTS) assert.ok(panels.text.includes(`kind: '${kind}'`), kind);
});

test('every block is listed with who brings it and which theme styles it, and its example is a page of the theme', async () => {
  const { site } = current;
  const list = await administrator.get('/admin/showcase/blocks');
  for (const { name } of site.blocks.list()) assert.ok(list.text.includes(name), name);
  assert.match(list.text, /Quote core\/quote text blocks 0\.1\.0 Galley/);
  const missing = site.blocks.list().filter(({ name, value }) => exampleOf(name, value) === '');
  assert.deepEqual(
    missing.map(({ name }) => name).sort(),
    ['core/missing', 'core/subhead', 'core/text-columns'],
    'what is old or unknown is not written anew',
  );
  const quote = await administrator.get('/admin/showcase/blocks/core/quote');
  assert.match(quote.text, /Type is to be read/);
  for (const name of ['core/quote', 'core/image', 'core/latest-posts', 'core/query']) {
    const page = await administrator.get(`/admin/showcase-page/${name}`);
    assert.equal(page.status, 200, name);
    assert.match(page.html, new RegExp(`wp-block-${name.slice('core/'.length)}`), name);
  }
  assert.equal((await administrator.get('/admin/showcase/blocks/core/nothing')).status, 404);
});

test('it is for those who may switch plugins on', async () => {
  const editor = new Browser(() => current, (await current.loginAs('editor')).cookie);
  for (const path of ['/admin/showcase', '/admin/showcase/blocks/core/quote', '/admin/showcase-page/core/quote'])
    assert.equal((await editor.get(path)).status, 403, path);
});
