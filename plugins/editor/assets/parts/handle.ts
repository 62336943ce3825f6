// The grip beside the block under the pointer: drag it, or press it to select the block.

import gripIcon from 'icon:grip-vertical';
import plusIcon from 'icon:plus-lg';
import { type Editor, Extension } from '@tiptap/core';
import { NodeSelection, Plugin, PluginKey } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { icon, t } from 'galley/client';
import { kinds } from '../blocks/index.ts';
import { box, button } from './elements.ts';
import { openInserter } from './inserter.ts';

/** The block at a height of the page: the outermost one. */
function blockUnder(view: EditorView, y: number): { position: number; element: HTMLElement } | undefined {
  const box = view.dom.getBoundingClientRect();
  const found = view.posAtCoords({ left: box.left + box.width / 2, top: y });
  if (!found) return undefined;
  const $pos = view.state.doc.resolve(found.inside >= 0 ? found.inside : found.pos);
  const position = $pos.depth > 0 ? $pos.before(1) : $pos.pos;
  const node = view.state.doc.nodeAt(position);
  const element = view.nodeDOM(position);
  return node && kinds.of(node) && element instanceof HTMLElement ? { position, element } : undefined;
}

class Handle {
  readonly #view: EditorView;
  readonly #element: HTMLElement;
  readonly #editor: Editor;
  #position = -1;

  constructor(view: EditorView, editor: Editor) {
    this.#view = view;
    this.#editor = editor;
    // No button: some browsers do not let one be dragged.
    const grip = box('ge-grip', icon(gripIcon));
    grip.title = t('Drag to move, press to select');
    grip.draggable = true;
    grip.addEventListener('dragstart', (event) => this.#drag(event));
    grip.addEventListener('click', () => {
      this.#select();
      this.#view.focus();
    });
    const plus = button({
      title: t('Add a block below'),
      icon: plusIcon,
      className: 'ge-grip is-plus',
      press: (own) => {
        this.#select();
        openInserter(this.#editor, own);
      },
    });
    // For the pointer only: by keyboard blocks are moved with Alt+Shift and arrows, and added from the bar.
    plus.tabIndex = -1;
    this.#element = box('ge-gutter', plus, grip);
    this.#element.hidden = true;
    this.#element.setAttribute('aria-hidden', 'true');
    view.dom.parentElement?.append(this.#element);
  }

  follow(event: MouseEvent): void {
    // A drag begins where the grip stands when the pointer has moved a little.
    if (event.buttons !== 0) return;
    const found = blockUnder(this.#view, event.clientY);
    this.#element.hidden = !found;
    if (!found) return;
    this.#position = found.position;
    const parent = this.#view.dom.parentElement?.getBoundingClientRect();
    const own = found.element.getBoundingClientRect();
    this.#element.style.top = `${own.top - (parent?.top ?? 0)}px`;
  }

  hide(): void {
    this.#element.hidden = true;
  }

  remove(): void {
    this.#element.remove();
  }

  #select(): void {
    const { state } = this.#view;
    if (!state.doc.nodeAt(this.#position)) return;
    this.#view.dispatch(state.tr.setSelection(NodeSelection.create(state.doc, this.#position)));
  }

  #drag(event: DragEvent): void {
    this.#select();
    const { state } = this.#view;
    if (!(state.selection instanceof NodeSelection) || !event.dataTransfer) return;
    const slice = state.selection.content();
    const { dom, text } = this.#view.serializeForClipboard(slice);
    event.dataTransfer.clearData();
    event.dataTransfer.setData('text/html', dom.innerHTML);
    event.dataTransfer.setData('text/plain', text);
    event.dataTransfer.effectAllowed = 'copyMove';
    const shown = this.#view.nodeDOM(this.#position);
    if (shown instanceof Element) event.dataTransfer.setDragImage(shown, 0, 0);
    this.#view.dragging = { slice, move: true };
  }
}

/** The grip. */
export const Grip = Extension.create({
  name: 'grip',
  addProseMirrorPlugins() {
    const { editor } = this;
    let handle: Handle | undefined;
    return [
      new Plugin({
        key: new PluginKey('grip'),
        view: (view) => {
          queueMicrotask(() => {
            handle = new Handle(view, editor);
          });
          return { destroy: () => handle?.remove() };
        },
        props: {
          handleDOMEvents: {
            mousemove: (_, event) => {
              handle?.follow(event);
              return false;
            },
            keydown: () => {
              handle?.hide();
              return false;
            },
          },
        },
      }),
    ];
  },
});
