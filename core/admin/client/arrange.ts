import undoIcon from 'icon:arrow-counterclockwise';
import down from 'icon:arrow-down';
import left from 'icon:arrow-left';
import right from 'icon:arrow-right';
import up from 'icon:arrow-up';
import grip from 'icon:grip-vertical';
import { announce } from './announce.ts';
import { dragItems } from './arrange-drag.ts';
import { icon } from './icon.ts';
import { type OutlineItem, type OutlineStep, parentAt, step } from './outline.ts';
import { isRightToLeft, t } from './page.ts';

/** Lists whose items people put in order, by pointer, keys and buttons. */
export interface Arrangement {
  /** The lists: each has `data-list` with its name; their items are children with `data-id`, `data-depth` and `data-label`. */
  lists: readonly HTMLElement[];
  /** How deep items may stand; 0 for flat lists. */
  maxDepth?: number;
  /** Where the buttons of an item go; its first element unless given. */
  tools?(item: HTMLElement): HTMLElement;
  /** Called after each change, with all items in order. */
  changed(items: readonly (OutlineItem & { parent: string; element: HTMLElement })[]): void;
}

/** What the caller can do with an arrangement. */
export interface Arranged {
  /** Takes the last change back. Returns whether there was one. */
  undo(): boolean;
  /** Tells now, and after every change, whether there is one to take back. */
  watch(listener: (canUndo: boolean) => void): void;
  /** Takes in an item that was added to one of the lists. */
  adopt(item: HTMLElement): void;
  /** All items as they stand. */
  read(): OutlineItem[];
}

/** Makes lists arrangeable. Every change is announced; the handle takes the arrow keys; Ctrl+Z takes back. */
export function arrange(options: Arrangement): Arranged {
  const board = new Board(options);
  for (const list of options.lists)
    for (const item of list.children) if (item instanceof HTMLElement) board.adopt(item);
  dragItems(board, options);
  return board;
}

const WORDS: Record<OutlineStep, () => string> = {
  up: () => t('Move up'),
  down: () => t('Move down'),
  out: () => t('Move one level up'),
  in: () => t('Move one level down'),
};

/** The lists of an arrangement and what was done in them. */
export class Board implements Arranged {
  readonly #options: Arrangement;
  readonly #past: OutlineItem[][] = [];
  readonly #watchers = new Set<(canUndo: boolean) => void>();

  constructor(options: Arrangement) {
    this.#options = options;
    for (const list of options.lists) list.classList.add('is-arranged');
    document.addEventListener('keydown', (event) => this.#takeBackByKey(event));
  }

  get maxDepth(): number {
    return this.#options.maxDepth ?? 0;
  }

  read(): OutlineItem[] {
    return this.elements().map((element) => ({
      id: element.dataset['id'] ?? '',
      list: element.parentElement?.dataset['list'] ?? '',
      depth: Number(element.dataset['depth'] ?? 0),
    }));
  }

  elements(): HTMLElement[] {
    return this.#options.lists.flatMap((list) =>
      [...list.children].filter((item): item is HTMLElement => item instanceof HTMLElement && 'id' in item.dataset),
    );
  }

  adopt(item: HTMLElement): void {
    const tools = document.createElement('span');
    tools.className = 'arrange-tools';
    const handle = button('arrange-handle', t('Move {name}', { name: labelOf(item) }), grip);
    handle.title = t('Drag, or use the arrow keys');
    handle.addEventListener('keydown', (event) => {
      const direction = directionOf(event.key, this.maxDepth > 0);
      if (!direction || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.move(item, direction, handle);
    });
    const steps: [OutlineStep, string][] =
      this.maxDepth > 0
        ? [
            ['up', up],
            ['down', down],
            ['out', isRightToLeft() ? right : left],
            ['in', isRightToLeft() ? left : right],
          ]
        : [
            ['up', up],
            ['down', down],
          ];
    const buttons = steps.map(([direction, svg]) => {
      const made = button('arrange-step', `${WORDS[direction]()}: ${labelOf(item)}`, svg);
      made.title = WORDS[direction]();
      made.addEventListener('click', () => this.move(item, direction, made));
      return made;
    });
    tools.append(handle, ...buttons);
    (this.#options.tools?.(item) ?? item).prepend(tools);
  }

  /** Moves an item by a step; the focus stays where it was. */
  move(item: HTMLElement, direction: OutlineStep, focus: HTMLElement): void {
    const items = this.read();
    const index = this.elements().indexOf(item);
    const lists = this.#options.lists.map((list) => list.dataset['list'] ?? '');
    const next = step(items, index, direction, { lists, maxDepth: this.maxDepth });
    if (!next) {
      announce(t('{name} cannot move further that way.', { name: labelOf(item) }));
      return;
    }
    this.put(next);
    focus.focus();
    this.tell(item);
  }

  /** Brings the page to that order, remembering the one before. */
  put(next: readonly OutlineItem[], isUndo = false): void {
    if (!isUndo) this.#past.push(this.read());
    for (const tell of this.#watchers) tell(this.#past.length > 0);
    const known = new Map(this.elements().map((element) => [element.dataset['id'] ?? '', element]));
    const lists = new Map(this.#options.lists.map((list) => [list.dataset['list'] ?? '', list]));
    for (const { id, list, depth } of next) {
      const element = known.get(id);
      if (!element) continue;
      element.dataset['depth'] = String(depth);
      lists.get(list)?.append(element);
    }
    this.#options.changed(
      next.flatMap((item, index) => {
        const element = known.get(item.id);
        return element ? [{ ...item, parent: parentAt(next, index), element }] : [];
      }),
    );
  }

  watch(listener: (canUndo: boolean) => void): void {
    this.#watchers.add(listener);
    listener(this.#past.length > 0);
  }

  undo(): boolean {
    const before = this.#past.pop();
    if (!before) return false;
    const here = new Set(this.elements().map((element) => element.dataset['id'] ?? ''));
    this.put(
      before.filter(({ id }) => here.has(id)),
      true,
    );
    announce(t('Taken back.'));
    return true;
  }

  /** Says where an item stands now. */
  tell(item: HTMLElement): void {
    const items = this.read();
    const index = this.elements().indexOf(item);
    const own = items[index];
    if (!own) return;
    const siblings = items.filter(
      (other, at) =>
        other.list === own.list && other.depth === own.depth && parentAt(items, at) === parentAt(items, index),
    );
    const above = this.elements().find((element) => element.dataset['id'] === parentAt(items, index));
    const title = item.parentElement?.getAttribute('aria-label') ?? '';
    const values = { name: labelOf(item), position: siblings.indexOf(own) + 1, total: siblings.length, list: title };
    announce(
      above
        ? t('{name}: position {position} of {total} below {above}.', { ...values, above: labelOf(above) })
        : t('{name}: position {position} of {total} in {list}.', values),
    );
  }

  #takeBackByKey(event: KeyboardEvent): void {
    const isTyping =
      event.target instanceof Element && event.target.matches('input, textarea, select, [contenteditable]');
    if (event.key !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || isTyping) return;
    if (this.undo()) event.preventDefault();
  }
}

/** The name of an item, for people. */
export const labelOf = (item: HTMLElement): string => item.dataset['label'] ?? '';

/** A button that takes back the last change of an arrangement. */
export function undoButton(arranged: Arranged): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn btn-secondary';
  made.append(icon(undoIcon), ` ${t('Undo move')}`);
  made.addEventListener('click', () => {
    if (!arranged.undo()) announce(t('There is nothing to take back.'));
  });
  arranged.watch((canUndo) => {
    made.classList.toggle('disabled', !canUndo);
    // Not `disabled`: whoever takes the last move back by key would lose the focus.
    made.setAttribute('aria-disabled', String(!canUndo));
  });
  return made;
}

function directionOf(key: string, isTree: boolean): OutlineStep | undefined {
  if (key === 'ArrowUp') return 'up';
  if (key === 'ArrowDown') return 'down';
  if (!isTree || (key !== 'ArrowLeft' && key !== 'ArrowRight')) return undefined;
  return (key === 'ArrowRight') !== isRightToLeft() ? 'in' : 'out';
}

function button(className: string, label: string, svg: string): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = `icon-button ${className}`;
  made.setAttribute('aria-label', label);
  made.append(icon(svg));
  return made;
}
