import { request } from 'galley/client';
import { whenTyped } from './typing.ts';

interface Found {
  items: { title: string; about: string; url: string }[];
  label: string;
  status: string;
  all: { title: string; url: string };
}

const KEPT = 30;
let fields = 0;

/** Makes a field of search an editable combobox: what is found stands below it, to be chosen by arrows or a click. */
export function offerResults(input: HTMLInputElement, { url, style }: { url: string; style: string }): void {
  const list = new ResultList(input, ++fields);
  const known = new Map<string, Found>();
  input.addEventListener('focus', () => addStyles(style), { once: true });
  whenTyped(input, 160, async (query, signal) => {
    if (query === '') return list.close();
    const found = known.get(query) ?? (await request<Found>(`${url}?s=${encodeURIComponent(query)}`, { signal }));
    if (signal.aborted) return;
    if (known.size > KEPT) known.clear();
    known.set(query, found);
    list.show(found);
  });
}

function addStyles(address: string): void {
  if (document.querySelector(`link[href="${CSS.escape(address)}"]`)) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = address;
  document.head.append(link);
}

function element(name: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** The list below a field. The focus stays in the field; `aria-activedescendant` says which result is meant. */
class ResultList {
  readonly #input: HTMLInputElement;
  readonly #panel = element('div', 'galley-results');
  readonly #list = element('div', 'galley-results-list');
  readonly #empty = element('p', 'galley-results-empty');
  readonly #status = element('p', 'galley-results-status');
  readonly #id: string;
  #active = -1;

  constructor(input: HTMLInputElement, number: number) {
    this.#input = input;
    this.#id = `galley-results-${number}`;
    this.#list.id = this.#id;
    this.#list.role = 'listbox';
    this.#status.role = 'status';
    // The live region says the same.
    this.#empty.ariaHidden = 'true';
    this.#panel.hidden = true;
    this.#panel.append(this.#list, this.#empty);
    // Read only while it says something; without the style sheet it must not be seen.
    this.#status.hidden = true;
    input.form?.classList.add('galley-search');
    input.form?.append(this.#panel, this.#status);
    input.autocomplete = 'off';
    for (const [name, value] of Object.entries({
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
    }))
      input.setAttribute(name, value);
    input.addEventListener('focus', () => {
      this.#status.hidden = false;
    });
    input.addEventListener('keydown', (event) => this.#press(event));
    input.addEventListener('blur', () => this.close());
    // A press would take the focus away, and with it the list, before the click arrives.
    this.#panel.addEventListener('mousedown', (event) => event.preventDefault());
  }

  show({ items, label, status, all }: Found): void {
    if (document.activeElement !== this.#input) return;
    const options = items.map(({ title, about, url }) => this.#option(url, title, about));
    if (items.length > 0) options.push(this.#option(all.url, all.title));
    for (const [index, option] of options.entries()) option.id = `${this.#id}-${index}`;
    this.#list.ariaLabel = label;
    this.#list.replaceChildren(...options);
    this.#list.hidden = items.length === 0;
    this.#empty.hidden = items.length > 0;
    this.#empty.textContent = items.length > 0 ? '' : status;
    this.#status.textContent = status;
    this.#open();
  }

  close(): void {
    this.#panel.hidden = true;
    this.#status.textContent = '';
    this.#mark(-1);
    this.#input.ariaExpanded = 'false';
    this.#input.removeAttribute('aria-controls');
  }

  #open(): void {
    this.#mark(-1);
    this.#panel.hidden = false;
    if (this.#list.hidden) return;
    this.#input.ariaExpanded = 'true';
    this.#input.setAttribute('aria-controls', this.#id);
  }

  /** A link, so that it opens in another tab as any link does. */
  #option(url: string, title: string, about?: string): HTMLAnchorElement {
    const option = document.createElement('a');
    option.href = url;
    option.role = 'option';
    option.tabIndex = -1;
    option.ariaSelected = 'false';
    const heading = element('span', 'galley-results-title', title);
    heading.dir = 'auto';
    option.append(heading);
    if (about === undefined) option.className = 'galley-results-all';
    else option.append(element('span', 'galley-results-about', about));
    return option;
  }

  get #options(): HTMLAnchorElement[] {
    return [...this.#list.querySelectorAll('a')];
  }

  #mark(index: number): void {
    this.#active = index;
    for (const [at, option] of this.#options.entries()) option.ariaSelected = String(at === index);
    const active = this.#options[index];
    if (active) this.#input.setAttribute('aria-activedescendant', active.id);
    else this.#input.removeAttribute('aria-activedescendant');
    active?.scrollIntoView({ block: 'nearest' });
  }

  #press(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const acts: Record<string, (() => boolean) | undefined> = {
      ArrowDown: () => this.#move(1),
      ArrowUp: () => this.#move(-1),
      Enter: () => this.#follow(),
      Escape: () => this.#escape(),
    };
    if (!acts[event.key]?.()) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** From the field into the list, round it, and back into the field. */
  #move(step: number): boolean {
    const count = this.#options.length;
    if (count === 0 || this.#list.hidden) return false;
    if (this.#panel.hidden) this.#open();
    const places = count + 1;
    this.#mark(((this.#active + 1 + step + places) % places) - 1);
    return true;
  }

  #follow(): boolean {
    const active = this.#panel.hidden ? undefined : this.#options[this.#active];
    active?.click();
    return active !== undefined;
  }

  #escape(): boolean {
    if (this.#panel.hidden) return false;
    this.close();
    return true;
  }
}
