// What is pasted or dropped: clean blocks of whatever it was, and pictures into the library.
import { Extension } from '@tiptap/core';
import { closeHistory } from '@tiptap/pm/history';
import { Fragment, type Node, Slice } from '@tiptap/pm/model';
import { NodeSelection, Plugin } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { announce, t } from 'galley/client';
import { embedNode } from '../blocks/embed.ts';
import { learnNote } from '../model/footnotes.ts';
import { providerOf } from '../model/providers.ts';
import { asBlocks } from '../parts/convert.ts';
import { readHtml } from '../parts/inert.ts';
import { sessionOf } from '../parts/session.ts';
import { cleanPaste } from './paste-html.ts';
import { htmlOfMarkdown } from './paste-markdown.ts';
import { withoutActs } from './paste-source.ts';
import { htmlOfText, isMarkdown } from './paste-text.ts';
import { UploadPlaces, uploadPictures } from './upload-places.ts';

const isCode = (view: EditorView): boolean => Boolean(view.state.selection.$from.parent.type.spec.code);

/** The pictures among files. */
const picturesOf = (files: FileList | undefined): File[] =>
  [...(files ?? [])].filter(({ type }) => /^image\/(png|jpeg|gif|webp|avif)$/.test(type));

/** Puts clean HTML at the cursor: a single paragraph as words of the line, anything else as blocks. */
function insertHtml(view: EditorView, html: string): boolean {
  const { state } = view;
  const { reader } = sessionOf(state);
  const [only, ...others] = readHtml(html).children;
  if (!only) return false;
  const isLine = only.localName === 'p' && others.length === 0 && only.attributes.length === 0;
  const line = isLine ? reader.inline(only.innerHTML) : undefined;
  const { $from } = state.selection;
  if (line && $from.parent.inlineContent) {
    view.dispatch(state.tr.replaceSelection(new Slice(Fragment.from(line), 0, 0)).scrollIntoView());
    return true;
  }
  insertBlocks(view, reader.text(asBlocks(html)));
  return true;
}

/** The first and the last paragraph join the line in which they are pasted; an empty line gives way. */
function insertBlocks(view: EditorView, nodes: readonly Node[]): void {
  const { tr, selection } = view.state;
  const { $from, empty } = selection;
  const isFree = empty && $from.parent.type.name === 'paragraph' && $from.parent.content.size === 0 && $from.depth > 0;
  const index = isFree ? $from.index(-1) : 0;
  if (isFree && $from.node(-1).canReplace(index, index + 1, Fragment.from([...nodes]))) {
    tr.replaceWith($from.before(), $from.after(), nodes);
  } else {
    const opens = (node: Node | undefined): number => (node?.type.name === 'paragraph' ? 1 : 0);
    const end = nodes.length > 1 ? opens(nodes.at(-1)) : opens(nodes[0]);
    tr.replaceSelection(new Slice(Fragment.from([...nodes]), opens(nodes[0]), end));
  }
  view.dispatch(tr.scrollIntoView().setMeta('paste', true));
  announce(t('{count} blocks pasted.', { count: nodes.length }, { one: 'One block pasted.' }));
}

/** Takes over pasted footnotes; within one there are no others. */
function noteKeeper(view: EditorView): ((id: string, html: string) => void) | undefined {
  const { $from } = view.state.selection;
  if ($from.parent.type.name === 'footnote') return undefined;
  return (id, html) => void learnNote(view.state.schema, id, html);
}

/** Whether the HTML is more than a frame around a picture, as a copied picture brings it along. */
const hasWords = (html: string): boolean => (readHtml(withoutActs(html)).textContent ?? '').trim() !== '';

/** An address alone on an empty line: what stands there, where the provider is known; one undo makes it a link again. */
function pasteAddress(view: EditorView, address: string): boolean {
  const { $from, empty } = view.state.selection;
  const { parent } = $from;
  const isFree = empty && parent.type.name === 'paragraph' && parent.content.size === 0 && $from.depth > 0;
  if (!isFree || !providerOf(address)) return false;
  const { schema } = view.state;
  const embed = embedNode(schema, address);
  const index = $from.index(-1);
  if (!$from.node(-1).canReplaceWith(index, index + 1, embed.type)) return false;
  const link = schema.marks['link']?.create({ tag: 'a', html: [['href', address]] });
  view.dispatch(view.state.tr.insert($from.pos, schema.text(address, link ? [link] : [])));
  const start = view.state.selection.$from.before();
  const { tr } = view.state;
  tr.replaceWith(start, view.state.selection.$from.after(), embed);
  view.dispatch(closeHistory(tr).setSelection(NodeSelection.create(tr.doc, start)).scrollIntoView());
  announce(t('Embedded. Undo makes it a link.'));
  return true;
}

function paste(view: EditorView, clipboard: DataTransfer): boolean {
  const html = clipboard.getData('text/html');
  // What was copied here comes back as it was.
  if (html.includes('data-pm-slice')) return false;
  const text = clipboard.getData('text/plain');
  if (isCode(view)) {
    view.dispatch(view.state.tr.insertText(text.replace(/\r\n?/g, '\n')).scrollIntoView());
    return true;
  }
  const pictures = picturesOf(clipboard.files);
  if (pictures.length > 0 && !hasWords(html)) {
    uploadPictures(view, pictures, view.state.selection.from);
    return true;
  }
  if (text.includes('<!-- wp:')) {
    insertBlocks(view, sessionOf(view.state).reader.text(text.trim()));
    return true;
  }
  if (pasteAddress(view, text.trim())) return true;
  const isLine = html === '' && !/[\r\n\t]/.test(text) && !isMarkdown(text);
  if (isLine && view.state.selection.$from.parent.inlineContent) {
    view.dispatch(view.state.tr.insertText(text).scrollIntoView());
    return true;
  }
  const isFormatted = hasWords(html) || /<(img|table|hr|iframe)\b/i.test(html);
  if (!isFormatted && isMarkdown(text)) {
    void pasteMarkdown(view, text);
    return true;
  }
  const clean = isFormatted ? cleanPaste(html, noteKeeper(view)) : htmlOfText(text);
  return clean !== '' && insertHtml(view, clean);
}

async function pasteMarkdown(view: EditorView, text: string): Promise<void> {
  const html = await htmlOfMarkdown(text, noteKeeper(view));
  if (!view.isDestroyed && html !== '') insertHtml(view, html);
}

function drop(view: EditorView, event: DragEvent): boolean {
  const pictures = picturesOf(event.dataTransfer?.files);
  const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
  if (pictures.length === 0 || !place) return false;
  event.preventDefault();
  uploadPictures(view, pictures, place.pos);
  return true;
}

/** Pasting and dropping. */
export const Paste = Extension.create({
  name: 'paste',
  addProseMirrorPlugins() {
    return [
      UploadPlaces,
      new Plugin({
        props: {
          // Before ProseMirror reads what is pasted: it would do so in the page, whose policy forbids most of it.
          handleDOMEvents: {
            paste: (view, event) => {
              const isDone = event.clipboardData !== null && paste(view, event.clipboardData);
              if (isDone) event.preventDefault();
              return isDone;
            },
          },
          handleDrop: (view, event, _slice, isMoved) => !isMoved && drop(view, event),
        },
      }),
    ];
  },
});
