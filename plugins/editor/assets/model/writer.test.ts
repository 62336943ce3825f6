import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Schema } from '@tiptap/pm/model';
import { writeInline } from './inline-html.ts';
import { type BlockKind, Kinds } from './kinds.ts';
import { Sources } from './sources.ts';
import { Writer } from './writer.ts';

const attrs = { block: { default: 'core/paragraph' }, data: { default: {} }, src: { default: null } };
const element = { attrs: { tag: {}, html: { default: [] } } };
const schema = new Schema({
  nodes: {
    doc: { content: 'paragraph+' },
    paragraph: { content: 'inline*', attrs },
    text: { group: 'inline' },
    hardBreak: { group: 'inline', inline: true },
  },
  marks: { bold: element, link: element },
});

const paragraph: BlockKind = {
  name: 'paragraph',
  title: 'Paragraph',
  icon: '',
  blocks: ['core/paragraph'],
  nodes: [],
  read: () => undefined,
  write: (node) => `\n<p>${writeInline(node.content)}</p>\n`,
};

const bold = schema.mark('bold', { tag: 'strong' });
const link = schema.mark('link', { tag: 'a', html: [['href', '/?a=1&b="2"']] });
const line = (words: string, more: object = {}) =>
  schema.node('paragraph', more, words === '' ? [] : [schema.text(words)]);

function start() {
  const sources = new Sources();
  return { sources, writer: new Writer(sources, new Kinds([paragraph])) };
}

/** A paragraph that was read from a source with odd blanks. */
function readLine(sources: Sources, words: string, previous: number, before: string) {
  const text = `<!--  wp:core/paragraph  {"x":1}  -->${words}<!-- /wp:paragraph   -->`;
  const open = text.slice(0, text.indexOf(words));
  const close = text.slice(open.length + words.length);
  const id = sources.add({
    text,
    open,
    close,
    json: '{"x":1}',
    name: 'core/paragraph',
    previous,
    before,
    after: undefined,
    node: undefined,
    isClassic: false,
  });
  const node = line(words, { data: { x: 1 }, src: id });
  const source = sources.get(id);
  if (source) source.node = node;
  return { id, node, text, open, close };
}

test('inline content is escaped, and neighbours share the elements they have in common', () => {
  const { content } = schema.node('paragraph', null, [
    schema.text('1 < 2 & '),
    schema.text('a\u00a0', [bold]),
    schema.text('b', [bold, link]),
    schema.node('hardBreak'),
  ]);
  assert.equal(
    writeInline(content),
    '1 &lt; 2 &amp; <strong>a&nbsp;<a href="/?a=1&amp;b=&quot;2&quot;">b</a></strong><br>',
  );
});

test('a block that equals what was read keeps its bytes, also when its node was made again; an edited one its comments', () => {
  const { sources, writer } = start();
  const one = readLine(sources, 'One', 0, '\n');
  const two = readLine(sources, 'Two', one.id, '\n\n\n');
  const again = schema.nodeFromJSON(two.node.toJSON());
  assert.equal(writer.text(schema.node('doc', null, [one.node, again])), `\n${one.text}\n\n\n${two.text}`);
  const edited = line('Three', { ...two.node.attrs });
  assert.equal(
    writer.text(schema.node('doc', null, [one.node, edited])),
    `\n${one.text}\n\n\n${two.open}\n<p>Three</p>\n${two.close}`,
  );
  const other = line('Two', { ...two.node.attrs, data: { x: 1, y: '--' } });
  assert.match(writer.text(schema.node('doc', null, [other])), /^<!-- wp:paragraph \{"x":1,"y":"\\u002d\\u002d"\} -->/);
});

test('blocks that were no neighbours are parted by an empty line, and an empty last paragraph is not written', () => {
  const { sources, writer } = start();
  const one = readLine(sources, 'One', 0, '');
  const two = readLine(sources, 'Two', one.id, ' ');
  const three = readLine(sources, 'Three', two.id, '');
  assert.equal(writer.text(schema.node('doc', null, [one.node, three.node])), `${one.text}\n\n${three.text}`);
  assert.equal(writer.text(schema.node('doc', null, [two.node, line('')])), two.text);
  assert.equal(writer.text(schema.node('doc', null, [line('')])), '');
});
