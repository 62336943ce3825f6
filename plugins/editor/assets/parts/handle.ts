// The grip beside the block under the pointer: drag it, or press it to select the block.

import gripIcon from 'icon:grip-vertical';
import { Extension } from '@tiptap/core';
import { NodeSelection, Plugin, PluginKey } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { t } from 'galley/client';
import { kinds } from '../blocks/index.ts';
import { button } from './elements.ts';

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
  readonly #element: HTMLButtonElement;
  #position = -1;

  constructor(view: EditorView) {
    this.#view = view;
    this.#element = button({
      title: t('Drag to move, press to select'),
      icon: gripIcon,
      className: 'ge-grip',
      press: () => this.#select(),
    });
    this.#element.draggable = true;
    this.#element.tabIndex = -1;
    this.#element.hidden = true;
    // The pointer only: by keyboard blocks are moved with Alt+Shift and arrows, and by the bar.
    this.#element.setAttribute('aria-hidden', 'true');
    this.#element.addEventListener('dragstart', (event) => this.#drag(event));
    // The tools keep the focus where it is; a drag has to begin here.
    this.#element.addEventListener('mousedown', (event) => event.stopImmediatePropagation(), { capture: true });
    view.dom.parentElement?.append(this.#element);
  }

  follow(event: MouseEvent): void {
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
    this.#view.focus();
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
    let handle: Handle | undefined;
    return [
      new Plugin({
        key: new PluginKey('grip'),
        view: (view) => {
          queueMicrotask(() => {
            handle = new Handle(view);
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
