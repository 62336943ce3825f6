import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandOutput, SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import * as sample from './sample-files.test-data.ts';

const samples = new sample.SampleFolder();
let testSite: TestSite;
before(async () => {
  testSite = await startTestSite();
});
after(async () => {
  await testSite.stop();
  samples.remove();
});

interface Said {
  values: unknown[];
  rows: Record<string, unknown>[];
  messages: string[];
  ticks: number;
  code: unknown;
}

/** Runs a command as the CLI does, and remembers what it says. */
async function run(name: string, args: object, options: object = {}): Promise<Said> {
  const { site } = testSite;
  const said: Said = { values: [], rows: [], messages: [], ticks: 0, code: undefined };
  const tick = (steps = 1): void => {
    said.ticks += steps;
  };
  const output: CommandOutput = {
    asked: [],
    table: (rows) => said.rows.push(...(rows as Record<string, unknown>[])),
    item: (item) => said.rows.push(item as Record<string, unknown>),
    value: (value) => said.values.push(value),
    success: (message) => said.messages.push(message),
    info: (message) => said.messages.push(message),
    warn: (message) => said.messages.push(message),
    progress: () => ({ tick, stop: () => undefined }),
    confirm: async () => true,
    canAsk: false,
    ask: async (_question, fallback) => fallback,
    choose: async (_question, { fallback }) => fallback,
  };
  const { signal } = new AbortController();
  const context = { site, config: site.config, args, options, output, signal, viewer: SYSTEM };
  said.code = await site.commands.need(name).run(context as never);
  return said;
}

async function pictureFile(name: string, width = 700): Promise<string> {
  const path = join(samples.path, name);
  writeFileSync(path, await sample.jpeg(width, 300));
  return path;
}

test('files are imported with title, alternative text and caption, attached, and made the picture of a post', async () => {
  const { site } = testSite;
  const post = await site.entries.save({ type: 'post', title: 'A', status: 'publish' }, { viewer: SYSTEM });
  const options = { title: 'T & T', alt: 'A thing', caption: 'Seen <em>here</em>', post_id: post.id, featured: true };
  const said = await run('media import', { file: [await pictureFile('one.jpg')] }, options);
  assert.deepEqual([said.code, said.values.length, said.ticks], [0, 1, 1]);
  const entry = await site.entries.need(Number(said.values[0]), SYSTEM);
  assert.deepEqual(
    [entry.title, entry.fields['alt'], entry.excerpt, entry.parentId],
    ['T &amp; T', 'A thing', 'Seen <em>here</em>', post.id],
  );
  assert.equal((await site.entries.need(post.id, SYSTEM)).featuredId, entry.id);
  const urls = (await site.services.use('media').urlsOf([entry.id])).get(entry.id);
  assert.deepEqual(
    urls?.sizes.map(({ width }) => width),
    [320, 640],
  );
});

test('a file that is not taken is named, the others come in, and the command fails', async () => {
  writeFileSync(join(samples.path, 'page.html'), '<html>');
  const files = [join(samples.path, 'page.html'), join(samples.path, 'absent.jpg'), await pictureFile('two.jpg')];
  const said = await run('media import', { file: [...files, 'http://127.0.0.1:1/x.jpg'] });
  assert.deepEqual([said.code, said.values.length, said.ticks], [1, 1, 4]);
  assert.match(said.messages[0] ?? '', /page\.html: Files of the kind "html" are not taken/);
  assert.match(said.messages[1] ?? '', /absent\.jpg: There is no file/);
  assert.match(said.messages[2] ?? '', /127\.0\.0\.1/);
  assert.match(said.messages[3] ?? '', /3 of 4/);
});

test('--featured without a post is a mistake of usage', async () => {
  await assert.rejects(run('media import', { file: ['a.jpg'] }, { featured: true }), /--featured needs --post_id/);
});

test('copies are made anew for all pictures or for some', async () => {
  const { site } = testSite;
  const [id] = (await run('media import', { file: [await pictureFile('three.jpg')] })).values;
  const some = await run('media regenerate', { id: [String(id)] });
  assert.deepEqual([some.code, some.ticks, some.messages], [0, 1, ['Made 3 copies of 1 pictures.']]);
  const all = await run('media regenerate', {}, { 'only-missing': true });
  assert.equal(all.code, 0);
  assert.ok(all.ticks >= 3);
  assert.match(all.messages[0] ?? '', /^Made 0 copies/);
  await assert.rejects(run('media regenerate', { id: ['999999'] }), /no file 999999/);
  await assert.rejects(run('media regenerate', { id: ['x'] }), /is no id/);
  assert.ok(site.commands.has('media list'));
});

test('the list shows files with their addresses, by type and words', async () => {
  const all = (await run('media list', {}, { limit: 50 })).rows;
  assert.ok(all.length >= 3);
  assert.match(String(all[0]?.['url']), /^\/media\//);
  assert.match(String(all[0]?.['size']), /KB$/);
  const found = (await run('media list', {}, { limit: 50, type: 'image', search: 'three' })).rows;
  assert.deepEqual(
    found.map(({ title }) => title),
    ['three'],
  );
  assert.deepEqual((await run('media list', {}, { limit: 50, type: 'audio' })).rows, []);
});
