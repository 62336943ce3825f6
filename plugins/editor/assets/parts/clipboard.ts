// Whole blocks go through the clipboard as block markup, so that none loses what only its markup holds. Block markup from
// elsewhere becomes blocks too.
import { type Editor, Extension } from '@tiptap/core';
import { DOMSerializer, Fragment, Slice } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { kinds } from '../blocks/index.ts';
import { renameAttributes } from '../model/tag.ts';
import { readHtml } from './inert.ts';
import { sessionOf } from './session.ts';

const MARKUP = 'data-galley-blocks';
const DELIMITER = /<!--\s+wp:[a-z]/;

/** Serialises as usual, and leaves the markup of whole blocks beside it. */
class BlockSerializer extends DOMSerializer {
  readonly #editor: Editor;

  constructor(editor: Editor) {
    const { nodes, marks } = DOMSerializer.fromSchema(editor.schema);
    super(nodes, marks);
    this.#editor = editor;
  }

  override serializeFragment(
    fragment: Fragment,
    options?: { document?: Document },
    target?: HTMLElement | DocumentFragment,
  ): HTMLElement | DocumentFragment {
    const made = super.serializeFragment(fragment, options, target);
    const isWhole = fragment.childCount > 0 && fragment.content.every((node) => kinds.of(node) !== undefined);
    const isLine = fragment.childCount === 1 && fragment.firstChild?.isTextblock;
    // With a target it is a part of what is serialised already.
    if (target || !isWhole || isLine) return made;
    const holder = (options?.document ?? document).createElement('div');
    holder.setAttribute(MARKUP, sessionOf(this.#editor).writer.copied(fragment.content));
    holder.append(made);
    const around = (options?.document ?? document).createDocumentFragment();
    around.append(holder);
    return around;
  }
}

/** The block markup that the clipboard holds, and how far its first and last block are open. */
function markupIn(data: DataTransfer): { markup: string; openStart: number; openEnd: number } | undefined {
  const html = data.getData('text/html');
  if (html.includes(MARKUP)) {
    const holder = readHtml(html).querySelector(`[${MARKUP}]`);
    const markup = holder?.getAttribute(MARKUP);
    const open = /^(\d+) (\d+)/.exec(holder?.getAttribute('data-pm-slice') ?? '');
    if (markup) return { markup, openStart: Number(open?.[1] ?? 0), openEnd: Number(open?.[2] ?? 0) };
  }
  const text = data.getData('text/plain');
  const markup = DELIMITER.test(html)
    ? html.replace(/<\/?(?:meta|html|body)[^>]*>|<!--(?:Start|End)Fragment-->/g, '')
    : text;
  return DELIMITER.test(markup) ? { markup: markup.trim(), openStart: 0, openEnd: 0 } : undefined;
}

/** What goes into the clipboard and comes out of it. */
export const Clipboard = Extension.create({
  name: 'clipboard',
  addProseMirrorPlugins() {
    const { editor } = this;
    let serializer: BlockSerializer | undefined;
    return [
      new Plugin({
        key: new PluginKey('clipboard'),
        props: {
          get clipboardSerializer() {
            serializer ??= new BlockSerializer(editor);
            return serializer;
          },
          // The page's policy is asked for the style of elements, also where nothing shows.
          transformPastedHTML: (html) => renameAttributes(html, 'style', 'data-style'),
          handlePaste: (view, event) => {
            const found = event.clipboardData ? markupIn(event.clipboardData) : undefined;
            if (!found || view.state.selection.$from.parent.type.spec.code) return false;
            const fragment = Fragment.from(sessionOf(editor).reader.text(found.markup));
            const most = Slice.maxOpen(fragment, false);
            const slice = new Slice(
              fragment,
              Math.min(found.openStart, most.openStart),
              Math.min(found.openEnd, most.openEnd),
            );
            view.dispatch(view.state.tr.replaceSelection(slice).scrollIntoView().setMeta('paste', true));
            return true;
          },
        },
      }),
    ];
  },
});
