import document_ from 'icon:file-earmark-text';
import film from 'icon:film';
import picture from 'icon:image';
import music from 'icon:music-note-beamed';
import { icon } from './icon.ts';
import type { MediaItem } from './media-item.ts';

const ICONS = { image: picture, audio: music, video: film, document: document_ };

/** A small picture of a file, or the icon of its kind. */
export function mediaThumb(item: MediaItem): HTMLElement {
  const frame = document.createElement('span');
  frame.className = 'media-thumb';
  if (item.thumb) {
    const image = document.createElement('img');
    image.src = item.thumb;
    image.alt = '';
    image.loading = 'lazy';
    image.decoding = 'async';
    frame.append(image);
  } else frame.append(icon(ICONS[item.family]));
  return frame;
}

/** What a grid tells of. */
interface GridEvents {
  /** Others are chosen now; the last one is the one that was touched last. */
  chosen(items: readonly MediaItem[]): void;
  /** Enter or a double click: take what is chosen. */
  taken(): void;
}

/**
 * Files to choose from: a listbox (ARIA) of pictures. One is in the order of Tab; arrows, Home and End go through them,
 * Space chooses, Enter takes.
 */
export class MediaGrid {
  readonly element = document.createElement('ul');
  readonly #many: boolean;
  readonly #events: GridEvents;
  readonly #items = new Map<HTMLElement, MediaItem>();
  #chosen: MediaItem[] = [];

  constructor(label: string, { many, ...events }: GridEvents & { many: boolean }) {
    this.#many = many;
    this.#events = events;
    this.element.className = 'media-pick-grid';
    this.element.setAttribute('role', 'listbox');
    this.element.setAttribute('aria-label', label);
    this.element.setAttribute('aria-multiselectable', String(many));
    this.element.addEventListener('keydown', (event) => this.#press(event));
    this.element.addEventListener('click', (event) => this.#click(event));
    this.element.addEventListener('dblclick', () => this.#events.taken());
  }

  get chosen(): readonly MediaItem[] {
    return this.#chosen;
  }

  get size(): number {
    return this.#items.size;
  }

  /** Takes all files out; what is chosen stays so. */
  clear(): void {
    this.#items.clear();
    this.element.replaceChildren();
  }

  /** Adds files at the end, or in front. */
  add(items: readonly MediaItem[], place: 'end' | 'front' = 'end'): void {
    const made = items.map((item) => this.#option(item));
    if (place === 'end') this.element.append(...made);
    else this.element.prepend(...made);
    this.#settle();
  }

  /** Chooses a file, as a click does. */
  choose(item: MediaItem): void {
    if (!this.#many) this.#chosen = [item];
    else if (!this.#chosen.some(({ id }) => id === item.id)) this.#chosen.push(item);
    this.#show();
  }

  /** Takes what is known of a file now. */
  update(item: MediaItem): void {
    for (const [element, { id }] of this.#items) {
      if (id !== item.id) continue;
      this.#items.set(element, item);
      element.setAttribute('aria-label', nameOf(item));
    }
    this.#chosen = this.#chosen.map((one) => (one.id === item.id ? item : one));
  }

  focus(): void {
    this.element.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }

  #option(item: MediaItem): HTMLElement {
    const option = document.createElement('li');
    option.className = 'media-pick';
    option.setAttribute('role', 'option');
    option.setAttribute('aria-label', nameOf(item));
    option.tabIndex = -1;
    const name = document.createElement('span');
    name.className = 'media-name';
    name.textContent = item.title;
    option.append(mediaThumb(item), name);
    this.#items.set(option, item);
    return option;
  }

  #settle(): void {
    if (!this.element.querySelector('[tabindex="0"]')) this.#options()[0]?.setAttribute('tabindex', '0');
    this.#show(false);
  }

  #show(isNews = true): void {
    for (const [element, item] of this.#items) {
      const isChosen = this.#chosen.some(({ id }) => id === item.id);
      element.setAttribute('aria-selected', String(isChosen));
    }
    if (isNews) this.#events.chosen(this.#chosen);
  }

  #options(): HTMLElement[] {
    return [...this.element.children] as HTMLElement[];
  }

  #click(event: MouseEvent): void {
    const option = (event.target as Element).closest<HTMLElement>('[role="option"]');
    if (!option) return;
    this.#move(option);
    this.#toggle(option);
  }

  #toggle(option: HTMLElement): void {
    const item = this.#items.get(option);
    if (!item) return;
    const isChosen = this.#chosen.some(({ id }) => id === item.id);
    if (this.#many && isChosen) {
      this.#chosen = this.#chosen.filter(({ id }) => id !== item.id);
      this.#show();
    } else this.choose(item);
  }

  #move(option: HTMLElement | undefined): void {
    if (!option) return;
    for (const other of this.#options()) other.tabIndex = other === option ? 0 : -1;
    option.focus();
  }

  #press(event: KeyboardEvent): void {
    const options = this.#options();
    const at = options.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    if (event.key === ' ') this.#toggle(event.target as HTMLElement);
    else if (event.key === 'Enter') this.#enter(event.target as HTMLElement);
    else {
      const to = this.#target(event.key, at, options);
      if (to === undefined) return;
      this.#move(options[Math.min(Math.max(to, 0), options.length - 1)]);
    }
    event.preventDefault();
  }

  #enter(option: HTMLElement): void {
    const item = this.#items.get(option);
    if (item && !this.#chosen.some(({ id }) => id === item.id)) this.choose(item);
    this.#events.taken();
  }

  #target(key: string, at: number, options: readonly HTMLElement[]): number | undefined {
    const top = options[0]?.offsetTop;
    const columns = Math.max(1, options.filter(({ offsetTop }) => offsetTop === top).length);
    const forward = getComputedStyle(this.element).direction === 'rtl' ? -1 : 1;
    const steps: Record<string, number> = {
      ArrowRight: at + forward,
      ArrowLeft: at - forward,
      ArrowDown: at + columns,
      ArrowUp: at - columns,
      Home: 0,
      End: options.length - 1,
    };
    return steps[key];
  }
}

const nameOf = ({ title, kind, size }: MediaItem): string => [title, kind, size].filter(Boolean).join(', ');
