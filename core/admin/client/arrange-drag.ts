import type { Arrangement, Board } from './arrange.ts';
import { place, sizeAt } from './outline.ts';
import { isRightToLeft } from './page.ts';

const LEVEL_PX = 28;
const EDGE_PX = 60;

/** Lets the handles of a board be dragged: up and down for the order, sideways for the depth. */
export function dragItems(board: Board, options: Arrangement): void {
  for (const list of options.lists)
    list.addEventListener('pointerdown', (event) => {
      const handle = event.target instanceof Element ? event.target.closest<HTMLElement>('.arrange-handle') : null;
      const item = handle?.closest<HTMLElement>('[data-id]');
      if (!handle || !item || event.button !== 0) return;
      event.preventDefault();
      handle.focus();
      new Drag(board, options, item, event).follow(handle);
    });
}

/** One item on its way. */
class Drag {
  readonly #board: Board;
  readonly #lists: readonly HTMLElement[];
  readonly #item: HTMLElement;
  readonly #moving: HTMLElement[];
  readonly #startX: number;
  readonly #startDepth: number;
  readonly #marker = document.createElement('li');
  #target: { list: string; target: number; depth: number } | undefined;

  constructor(board: Board, options: Arrangement, item: HTMLElement, event: PointerEvent) {
    this.#board = board;
    this.#lists = options.lists;
    this.#item = item;
    this.#startX = event.clientX;
    this.#startDepth = Number(item.dataset['depth'] ?? 0);
    const elements = board.elements();
    const index = elements.indexOf(item);
    this.#moving = elements.slice(index, index + sizeAt(board.read(), index));
    this.#marker.className = 'arrange-marker';
    this.#marker.setAttribute('aria-hidden', 'true');
  }

  follow(handle: HTMLElement): void {
    const over = new AbortController();
    const { signal } = over;
    for (const element of this.#moving) element.classList.add('is-dragged');
    const end = (isDropped: boolean): void => {
      over.abort();
      this.#drop(isDropped);
      handle.focus();
    };
    window.addEventListener('pointermove', (event) => this.#over(event), { signal });
    window.addEventListener('pointerup', () => end(true), { signal });
    window.addEventListener('pointercancel', () => end(false), { signal });
    window.addEventListener(
      'keydown',
      (event) => {
        if (event.key === 'Escape') end(false);
      },
      { signal },
    );
  }

  #over({ clientX, clientY }: PointerEvent): void {
    const list = this.#listAt(clientX, clientY);
    if (!list) return;
    const rest = this.#board.elements().filter((element) => !this.#moving.includes(element));
    const inList = rest.filter((element) => element.parentElement === list);
    const next = inList.find((element) => {
      const { top, height } = element.getBoundingClientRect();
      return clientY < top + height / 2;
    });
    const last = inList.at(-1);
    const target = next ? rest.indexOf(next) : last ? rest.indexOf(last) + 1 : this.#start(list, rest);
    const shift = Math.round(((clientX - this.#startX) * (isRightToLeft() ? -1 : 1)) / LEVEL_PX);
    this.#target = { list: list.dataset['list'] ?? '', target, depth: this.#startDepth + shift };
    const index = this.#board.elements().indexOf(this.#item);
    const result = place(this.#board.read(), index, this.#target, this.#board.maxDepth);
    const own = result?.find(({ id }) => id === this.#item.dataset['id']);
    this.#marker.dataset['depth'] = String(own?.depth ?? this.#startDepth);
    list.insertBefore(this.#marker, next ?? null);
    scrollNear(clientY);
  }

  /** Where an empty list begins among all items. */
  #start(list: HTMLElement, rest: readonly HTMLElement[]): number {
    const position = this.#lists.indexOf(list);
    const later = rest.findIndex((element) => this.#lists.indexOf(element.parentElement as HTMLElement) > position);
    return later < 0 ? rest.length : later;
  }

  #listAt(x: number, y: number): HTMLElement | undefined {
    const inside = this.#lists.filter((list) => {
      const { left, right } = list.getBoundingClientRect();
      return x >= left - EDGE_PX && x <= right + EDGE_PX;
    });
    const distance = (list: HTMLElement): number => {
      const { top, bottom } = list.getBoundingClientRect();
      return y < top ? top - y : y > bottom ? y - bottom : 0;
    };
    return (inside.length > 0 ? inside : [...this.#lists]).sort((a, b) => distance(a) - distance(b))[0];
  }

  #drop(isDropped: boolean): void {
    this.#marker.remove();
    for (const element of this.#moving) element.classList.remove('is-dragged');
    if (!isDropped || !this.#target) return;
    const index = this.#board.elements().indexOf(this.#item);
    const next = place(this.#board.read(), index, this.#target, this.#board.maxDepth);
    if (next) this.#board.put(next);
    if (next) this.#board.tell(this.#item);
  }
}

function scrollNear(y: number): void {
  if (y < EDGE_PX) window.scrollBy(0, -12);
  else if (y > window.innerHeight - EDGE_PX) window.scrollBy(0, 12);
}
