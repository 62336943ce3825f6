// What other scripts of the form learn of blocks, and what they may say of them.
import { type Editor, Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { NodeSelection, Plugin, PluginKey, TextSelection } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { titleOf } from './catalog.ts';
import { sessionOf } from './session.ts';

/** Nobody waits for it, and each key would tell of another text. */
const WAIT_MS = 150;

/** The detail of `galley:block-selected`: the outermost block with the cursor. */
export interface SelectedBlock {
  /** Which of the blocks of the text it is, from 0. Classic text between blocks counts as one. */
  index: number;
  name: string;
  /** The words in it. */
  text: string;
  markup: string;
}

/** The detail of `galley:mark-blocks` is a list of these: signs beside blocks, such as of notes. */
export interface BlockSign {
  index: number;
  /** What stands in the sign. */
  count: number;
  /** What it means, in words. */
  label: string;
}

/** Blocks as a parser counts them: pieces of classic text side by side are one. */
interface Counted {
  nodes: Node[];
  position: number;
}

function countBlocks(doc: Node): Counted[] {
  const counted: Counted[] = [];
  let isOpen = false;
  doc.forEach((node, position) => {
    const isPiece = node.attrs['block'] === null;
    const last = counted.at(-1);
    if (isPiece && isOpen && last) last.nodes.push(node);
    else counted.push({ nodes: [node], position });
    isOpen = isPiece;
  });
  return counted;
}

const KEY = new PluginKey<DecorationSet>('blockSigns');

/** Signs beside blocks. */
export const BlockSigns = Extension.create({
  name: 'blockSigns',
  addProseMirrorPlugins() {
    return [
      new Plugin<DecorationSet>({
        key: KEY,
        state: {
          init: () => DecorationSet.empty,
          apply: (tr, signs) => (tr.getMeta(KEY) as DecorationSet | undefined) ?? signs.map(tr.mapping, tr.doc),
        },
        props: { decorations: (state) => KEY.getState(state) },
      }),
    ];
  },
});

function showSigns(editor: Editor, signs: readonly BlockSign[]): void {
  const { doc, tr } = editor.state;
  const blocks = countBlocks(doc);
  const shown = signs.flatMap(({ index, count, label }) => {
    const block = blocks[index];
    const [first] = block?.nodes ?? [];
    if (!block || !first) return [];
    const attributes = { class: 'ge-signed', 'data-sign': String(count), title: label };
    return [Decoration.node(block.position, block.position + first.nodeSize, attributes)];
  });
  editor.view.dispatch(tr.setMeta(KEY, DecorationSet.create(doc, shown)).setMeta('addToHistory', false));
}

function selectBlock(editor: Editor, index: number): void {
  const block = countBlocks(editor.state.doc)[index];
  if (!block) return;
  const { tr } = editor.state;
  const inside = TextSelection.near(tr.doc.resolve(block.position + 1));
  const isOwn = inside instanceof TextSelection && inside.from < block.position + (block.nodes[0]?.nodeSize ?? 0);
  tr.setSelection(isOwn ? inside : NodeSelection.create(tr.doc, block.position));
  editor.view.dispatch(tr.scrollIntoView());
  editor.view.focus();
}

/** Tells the form which block is selected, and does what scripts of the form ask for. */
export function shareBlocks(editor: Editor, form: HTMLFormElement): void {
  let told = '';
  const tell = (): void => {
    const { $from } = editor.state.selection;
    const at = $from.depth > 0 ? $from.before(1) : $from.pos;
    const node = editor.state.doc.nodeAt(at);
    const blocks = countBlocks(editor.state.doc);
    const index = blocks.findLastIndex(({ position }) => position <= at);
    const block = blocks[index];
    if (!block || !node) return;
    const markup = sessionOf(editor).writer.copied(block.nodes);
    const name = titleOf(node);
    const text = block.nodes
      .map((one) => one.textBetween(0, one.content.size, ' ', ' '))
      .join(' ')
      .trim();
    const detail: SelectedBlock = { index, name, text: text || name, markup };
    const key = `${index} ${markup}`;
    if (key === told) return;
    told = key;
    form.dispatchEvent(new CustomEvent('galley:block-selected', { detail }));
  };
  let isWaiting = false;
  // Before anybody was in the text no block is selected, though the cursor stands in the first.
  let wasEntered = false;
  const soon = (): void => {
    if (isWaiting || !wasEntered) return;
    isWaiting = true;
    window.setTimeout(() => {
      isWaiting = false;
      tell();
    }, WAIT_MS);
  };
  editor.on('transaction', soon);
  editor.on('focus', () => {
    wasEntered = true;
    soon();
  });
  form.addEventListener('galley:mark-blocks', (event) => {
    if (event instanceof CustomEvent) showSigns(editor, event.detail as BlockSign[]);
  });
  form.addEventListener('galley:select-block', (event) => {
    if (event instanceof CustomEvent) selectBlock(editor, Number(event.detail));
  });
}
