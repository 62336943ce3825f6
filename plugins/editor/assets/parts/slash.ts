// The menu that `/` opens in an empty paragraph. The focus stays in the text; arrows and Enter go to the list.
import { type Editor, Extension } from '@tiptap/core';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import type { Insert } from '../model/kinds.ts';
import { floats } from './elements.ts';
import { putIn } from './inserts.ts';
import { placeUnder } from './menu.ts';
import { makePicker, type Picker } from './picker.ts';

/** What is typed after the slash; undefined where this is no place for the menu. */
function queryAt(view: EditorView): string | undefined {
  const { selection } = view.state;
  const { $from } = selection;
  if (!selection.empty || $from.parent.type.name !== 'paragraph' || $from.node(-1)?.type.name === 'listItem')
    return undefined;
  const { textContent } = $from.parent;
  if (!textContent.startsWith('/') || textContent.length > 30 || /\s{2}|\n/.test(textContent)) return undefined;
  return $from.parentOffset === 0 ? undefined : textContent.slice(1);
}

class SlashMenu {
  readonly #editor: Editor;
  readonly #view: EditorView;
  #picker: Picker | undefined;
  /** Where Escape closed the menu: it stays closed there. */
  #dismissed: number | undefined;
  #query: string | undefined;

  constructor(editor: Editor, view: EditorView) {
    this.#editor = editor;
    this.#view = view;
  }

  update(): void {
    const query = queryAt(this.#view);
    const start = this.#view.state.selection.$from.start();
    if (query === undefined) this.#dismissed = undefined;
    if (query === undefined || this.#dismissed === start || !this.#view.editable) this.close();
    else this.#show(query);
  }

  handle(event: KeyboardEvent): boolean {
    if (!this.#picker || event.isComposing) return false;
    if (event.key === 'Escape') {
      this.#dismissed = this.#view.state.selection.$from.start();
      this.close();
      return true;
    }
    const isUsed = this.#picker.handle(event.key);
    if (isUsed) this.#describe();
    return isUsed;
  }

  close(): void {
    this.#picker?.element.remove();
    this.#picker = undefined;
    this.#query = undefined;
    for (const name of ['aria-activedescendant', 'aria-controls']) this.#view.dom.removeAttribute(name);
  }

  #show(query: string): void {
    if (!this.#picker) {
      this.#picker = makePicker(
        (insert) => this.#choose(insert),
        () => this.#describe(),
      );
      this.#picker.element.classList.add('is-floating');
      floats().append(this.#picker.element);
    }
    if (query !== this.#query) this.#picker.search(query);
    this.#query = query;
    this.#picker.element.hidden = this.#picker.activeId() === undefined && query.includes(' ');
    placeUnder(this.#picker.element, this.#view.coordsAtPos(this.#view.state.selection.$from.start()));
    this.#describe();
  }

  #describe(): void {
    const id = this.#picker?.activeId();
    const { dom } = this.#view;
    if (this.#picker) dom.setAttribute('aria-controls', this.#picker.element.id);
    if (id) dom.setAttribute('aria-activedescendant', id);
    else dom.removeAttribute('aria-activedescendant');
  }

  #choose(insert: Insert): void {
    this.close();
    const { $from } = this.#view.state.selection;
    this.#view.dispatch(this.#view.state.tr.delete($from.start(), $from.end()));
    putIn(this.#editor, insert);
  }
}

/** The slash menu. */
export const Slash = Extension.create({
  name: 'slash',
  priority: 200,
  addProseMirrorPlugins() {
    const { editor } = this;
    let menu: SlashMenu | undefined;
    return [
      new Plugin({
        key: new PluginKey('slash'),
        view: (view) => {
          menu = new SlashMenu(editor, view);
          return {
            update: (_, before) => {
              if (view.state.doc !== before.doc || view.state.selection !== before.selection) menu?.update();
            },
            destroy: () => menu?.close(),
          };
        },
        props: {
          handleKeyDown: (_, event) => menu?.handle(event) ?? false,
          handleDOMEvents: {
            blur: () => {
              menu?.close();
              return false;
            },
          },
        },
      }),
    ];
  },
});
