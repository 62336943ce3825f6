// WordPress cannot be run here, so what it writes itself is the judge: the structure of our export is compared with
// that of real exports, element by element.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { SaxesParser } from 'saxes';
import { emptySite } from './fixtures/snapshot.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/small.xml');
const SAMPLES = join(import.meta.dirname, '../../../shared/data/wxr');
const FILES = ['themeunittestdata.wordpress.xml', '64-block-test-data.xml', 'small-export.xml', 'valid-wxr-1.1.xml'];
const noSamples = existsSync(SAMPLES) ? false : 'the sample data (../shared/data/wxr) is not there';
/** Elements with others in them. */
const PARENTS = ['channel', 'wp:author', 'wp:category', 'wp:tag', 'wp:term', 'item', 'wp:comment', 'wp:postmeta'];
/** What WordPress writes since its samples were made, and what only Galley reads. */
const NEWER = [
  'wp:termmeta',
  'wp:commentmeta',
  'wp:post_modified',
  'wp:post_modified_gmt',
  'galley:data',
  'wp:author_id',
];
/** A service of WordPress.com, which describes its own site. */
const FOREIGN = ['image', 'cloud', 'atom:link'];

interface Node {
  name: string;
  attributes: Record<string, string>;
  children: Node[];
  text: string;
  isCdata: boolean;
}

function parse(xml: string): Node {
  const root: Node = { name: '', attributes: {}, children: [], text: '', isCdata: false };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const node: Node = { name, attributes, children: [], text: '', isCdata: false };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  const add = (text: string, isCdata: boolean): void => {
    const node = open.at(-1);
    if (!node) return;
    node.text += text;
    node.isCdata ||= isCdata;
  };
  parser.on('text', (text) => add(text, false));
  parser.on('cdata', (text) => add(text, true));
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return root;
}

const all = (node: Node, name: string): Node[] =>
  node.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
const textOf = (node: Node, name: string): string => node.children.find((child) => child.name === name)?.text ?? '';
const metaOf = (item: Node): Map<string, string> =>
  new Map(
    item.children
      .filter(({ name }) => name === 'wp:postmeta')
      .map((meta) => [textOf(meta, 'wp:meta_key'), textOf(meta, 'wp:meta_value')]),
  );
const itemsOf = (root: Node, type: string): Node[] =>
  all(root, 'item').filter((item) => textOf(item, 'wp:post_type') === type);

/** The names of the children of a node, each once, in the order of their first appearance. */
const namesIn = (node: Node): string[] =>
  [...new Set(node.children.map(({ name }) => name))].filter((name) => !FOREIGN.includes(name));

/** Which element stands before which in the samples, wherever both are there: `title < link`. */
function ordersOf(roots: readonly Node[], parent: string): Set<string> {
  const orders = new Set<string>();
  for (const node of roots.flatMap((root) => all(root, parent))) {
    const names = namesIn(node);
    for (const [index, first] of names.entries())
      for (const second of names.slice(index + 1)) orders.add(`${first} < ${second}`);
  }
  return orders;
}

describe('an export, beside those of WordPress', { skip: noSamples }, () => {
  let site: TestSite;
  let samples: Node[];
  let xml: string;
  let own: Node;

  before(async () => {
    const pluginFolders = [join(import.meta.dirname, 'fixtures/plugins')];
    const plugins = ['posts', 'blocks', 'users', 'comments', 'menus', 'import-files', 'importer'];
    site = await startTestSite({ plugins, pluginFolders, config: { http: { url: 'https://press.example.org' } } });
    const viewer = { viewer: SYSTEM };
    await emptySite(site.site);
    const importer = site.site.services.use('importer');
    await importer.run(FIXTURE, {}, viewer);
    const [picture] = (await site.site.entries.find({ type: 'attachment', status: ['inherit'] }, SYSTEM)).items;
    const draft = { type: 'post', title: 'With all', content: '<p>a ]]> b &amp; c</p>', status: 'publish' as const };
    const meta = { mood: ['calm'], _galley_note: ['ours'] };
    const { id } = await site.site.entries.save({ ...draft, featuredId: picture?.id ?? null, meta }, viewer);
    await site.site.entries.trash((await site.site.entries.save({ type: 'post', title: 'Gone' }, viewer)).id, viewer);
    const comments = site.site.services.get('comments') as {
      import(comment: object, meta: object[]): Promise<{ id: number }>;
      setStatus(id: number, status: string, viewer: unknown): Promise<unknown>;
    };
    const comment = await comments.import(
      {
        entryId: id,
        parentId: null,
        userId: null,
        authorName: 'Ada',
        authorEmail: 'ada@example.org',
        authorUrl: '',
        authorAddress: '192.0.2.1',
        agent: '',
        content: 'Well said',
        status: 'approved',
        type: 'comment',
        createdAt: Date.UTC(2026, 0, 2),
      },
      [{ key: 'rating', value: '5' }],
    );
    await comments.setStatus(comment.id, 'pending', SYSTEM);
    xml = '';
    for await (const piece of importer.export(viewer)) xml += piece;
    own = parse(xml);
    samples = FILES.map((file) => parse(readFileSync(join(SAMPLES, file), 'utf8')));
  });
  after(() => site.stop());

  test('has the namespaces of WXR 1.2 under their usual names', () => {
    const spaces = (root: Node | undefined): [string, string][] =>
      Object.entries(root?.children[0]?.attributes ?? {})
        .filter(([name]) => name.startsWith('xmlns:') && name !== 'xmlns:galley')
        .map(([name, value]): [string, string] => [name, value.replace(/^https:/, 'http:')])
        .sort();
    assert.deepEqual(spaces(own), spaces(samples[0]));
    assert.equal(all(own, 'wp:wxr_version')[0]?.text, '1.2');
  });

  for (const parent of PARENTS)
    test(`orders the elements of ${parent} as WordPress does, leaves none out, and adds none that it does not know`, () => {
      const orders = ordersOf(samples, parent);
      const nodes = all(own, parent);
      assert.ok(nodes.length > 0, 'the export has such');
      for (const node of nodes) {
        const names = namesIn(node);
        for (const [index, first] of names.entries())
          for (const second of names.slice(index + 1))
            assert.ok(
              orders.has(`${first} < ${second}`) || !orders.has(`${second} < ${first}`),
              `${first} stands before ${second}`,
            );
      }
      const theirs = samples.flatMap((sample) => all(sample, parent));
      const known = new Set([...theirs.flatMap(namesIn), ...NEWER]);
      assert.deepEqual(
        nodes.flatMap(namesIn).filter((name) => !known.has(name)),
        [],
      );
      const always = [...known].filter((name) => theirs.every((node) => namesIn(node).includes(name)));
      for (const node of nodes)
        assert.deepEqual(
          always.filter((name) => !namesIn(node).includes(name)),
          [],
        );
    });

  test('writes texts that may hold markup as CDATA, and moments as WordPress does', () => {
    for (const name of ['content:encoded', 'excerpt:encoded', 'wp:meta_value', 'wp:comment_content', 'wp:cat_name'])
      for (const node of all(own, name))
        assert.ok(node.isCdata || node.text === '', `${name}: ${node.text.slice(0, 40)}`);
    assert.ok(all(own, 'content:encoded').some(({ text }) => text === '<p>a ]]> b &amp; c</p>'));
    for (const name of [
      'wp:post_date',
      'wp:post_date_gmt',
      'wp:post_modified',
      'wp:post_modified_gmt',
      'wp:comment_date',
      'wp:comment_date_gmt',
    ])
      for (const { text } of all(own, name)) assert.match(text, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, name);
    for (const { text } of all(own, 'pubDate'))
      assert.match(text, /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/);
  });

  test('names thumbnails, parents and menus by numbers that are in the file', () => {
    const ids = new Set(all(own, 'wp:post_id').map(({ text }) => text));
    assert.equal(ids.size, all(own, 'item').length, 'every number once');
    const pictures = new Set(itemsOf(own, 'attachment').map((item) => textOf(item, 'wp:post_id')));
    const thumbnails = all(own, 'item').flatMap((item) => metaOf(item).get('_thumbnail_id') ?? []);
    assert.ok(thumbnails.length > 0 && thumbnails.every((id) => pictures.has(id)));
    for (const item of all(own, 'item')) assert.ok(['0', ...ids].includes(textOf(item, 'wp:post_parent')));
    const keys = (item: Node): string[] =>
      [...metaOf(item).keys()].filter((key) => key.startsWith('_menu_item_')).sort();
    const theirs = keys(samples.flatMap((sample) => itemsOf(sample, 'nav_menu_item'))[0] as Node);
    const menuItems = itemsOf(own, 'nav_menu_item');
    assert.ok(menuItems.length > 0);
    for (const item of menuItems) {
      assert.deepEqual(keys(item), theirs);
      const menus = item.children.filter(
        ({ name, attributes }) => name === 'category' && attributes['domain'] === 'nav_menu',
      );
      assert.equal(menus.length, 1);
      assert.ok(['0', ...ids].includes(metaOf(item).get('_menu_item_menu_item_parent') ?? ''));
    }
  });

  test('carries no notes of ours: what moderators did, and what plugins keep for themselves', () => {
    const keys = all(own, 'wp:meta_key').map(({ text }) => text);
    assert.ok(keys.includes('mood') && keys.includes('rating'));
    assert.deepEqual(
      keys.filter((key) => key.startsWith('_galley_') && key !== '_galley_fields'),
      [],
    );
  });
});
