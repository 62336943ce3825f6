// What a writer sees of an embed, of sound and of a film, with a caption below. Nothing is loaded from other sites.
import embedIcon from 'icon:play-btn';
import type { Editor, NodeViewRenderer } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { NodeSelection } from '@tiptap/pm/state';
import { announce, icon, t } from 'galley/client';
import { addressOf, withAddress } from '../blocks/embed.ts';
import { shownAttributes } from '../model/block-node.ts';
import { describeAddress, isAddress, providerOf } from '../model/providers.ts';
import { headOf } from '../model/settings.ts';
import { readAttribute } from '../model/tag.ts';
import { chooseFile } from '../tools/library.ts';
import { editorData } from './catalog.ts';
import { box, button, newId, text } from './elements.ts';
import { ownImage } from './safe-dom.ts';
import { selectOnClick } from './select-node.ts';

type Place = () => number | undefined;

/** The card of something that stands elsewhere. */
function card(address: string, what: string): HTMLElement {
  const { host, path } = describeAddress(address);
  const name = providerOf(address)?.title ?? host;
  const about =
    host === ''
      ? what
      : t('From {host}. Readers see a link; nothing is loaded from there before they follow it.', { host });
  const words = box(
    'ge-card-words',
    text('strong', name || what),
    text('span', path, 'ge-card-path'),
    text('small', about),
  );
  return box('ge-card', icon(embedIcon), words);
}

/** The field for the address of an empty embed. */
function addressField(editor: Editor, getPos: Place): HTMLElement {
  const field = document.createElement('input');
  field.type = 'url';
  field.id = newId('address');
  field.className = 'form-control';
  field.placeholder = 'https://';
  const label = text('label', t('Address of what is to be shown'), 'form-label');
  label.setAttribute('for', field.id);
  const take = (): void => {
    const url = field.value.trim();
    const position = getPos();
    const node = position === undefined ? null : editor.state.doc.nodeAt(position);
    if (!isAddress(url) || position === undefined || !node) {
      announce(t('This is no address: it begins with https://'));
      field.focus();
      return;
    }
    const { tr } = editor.state;
    tr.setNodeMarkup(position, undefined, { ...node.attrs, ...withAddress(node, url) });
    editor.view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, position)));
    editor.view.focus();
  };
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    take();
  });
  // What is typed here is no change of the text yet.
  for (const name of ['input', 'change']) field.addEventListener(name, (event) => event.stopPropagation());
  const apply = t('Embed');
  const press = button({ title: apply, label: apply, className: 'btn btn-secondary', press: take });
  return box('ge-address', label, box('ge-address-row', field, press));
}

/** What stands in the place of sound or a film that is not chosen yet. */
function chooser(editor: Editor, getPos: Place, label: string): HTMLElement {
  const hint = t('Give its address in the tab “Block”.');
  if (!editorData().library) return text('span', hint, 'ge-foreign');
  const choose = button({
    title: label,
    label,
    className: 'btn btn-secondary',
    press: () => void chooseFile(editor, getPos() ?? -1),
  });
  return box('ge-foreign', choose, text('span', t('or give its address in the tab “Block”.')));
}

function player(node: Node, address: string): HTMLElement {
  const isFilm = node.attrs['block'] === 'core/video';
  const source = ownImage(address);
  if (source === undefined) return card(address, isFilm ? t('Video') : t('Audio'));
  const made = document.createElement(isFilm ? 'video' : 'audio');
  made.controls = true;
  made.preload = isFilm ? 'metadata' : 'none';
  made.src = source;
  if (made instanceof HTMLVideoElement) {
    const poster = ownImage(readAttribute(headOf(node).head, ['video'], 'poster') ?? 'x:');
    if (poster) made.poster = poster;
    made.playsInline = true;
  }
  return made;
}

function look(node: Node, editor: Editor, getPos: Place): HTMLElement {
  const address = addressOf(node);
  const block: unknown = node.attrs['block'];
  if (block === 'core/embed') return address === '' ? addressField(editor, getPos) : card(address, t('Embed'));
  if (address !== '') return player(node, address);
  return chooser(editor, getPos, block === 'core/video' ? t('Choose a film') : t('Choose a sound'));
}

/** The view of a block that brings something. */
export const mediaView: NodeViewRenderer = ({ node: first, editor, getPos }) => {
  const dom = document.createElement('figure');
  const shown = box('ge-player');
  shown.contentEditable = 'false';
  const contentDOM = document.createElement('figcaption');
  contentDOM.dataset['empty'] = t('Caption');
  dom.append(shown, contentDOM);
  selectOnClick(shown, editor, getPos);
  let head: string | undefined;
  const show = (node: Node): void => {
    dom.className = `ge-image ${shownAttributes(node)['class'] ?? ''}`.trim();
    dom.dataset['block'] = String(node.attrs['block']);
    contentDOM.classList.toggle('is-empty', node.content.size === 0);
    contentDOM.hidden = addressOf(node) === '';
    if (headOf(node).head === head) return;
    head = headOf(node).head;
    shown.replaceChildren(look(node, editor, getPos));
  };
  show(first);
  return {
    dom,
    contentDOM,
    update: (node) => {
      if (node.type !== first.type || node.attrs['block'] !== first.attrs['block']) return false;
      show(node);
      return true;
    },
    // Keys and presses in the field for the address and on the player are theirs.
    stopEvent: (event) =>
      event.target instanceof Element && event.target.closest('.ge-address, audio, video, .ge-foreign button') !== null,
    ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
  };
};
