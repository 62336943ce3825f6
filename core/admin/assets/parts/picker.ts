import { announce, request, t } from 'galley/client';
import { labelOf, make } from './field-names.ts';
import { chosenIn, makePicked, type Picked, type PickerOption } from './picked.ts';

const WAIT_MS = 180;

/** Relations, people and terms are found while one types. */
export function enhancePickers(root: ParentNode): void {
  for (const field of root.querySelectorAll<HTMLElement>('.field[data-picker]'))
    if (!isMedia(field) && !field.dataset['live']) setUp(field);
}

/** Whether a picker is about files, which have a window of their own. */
export const isMedia = (field: HTMLElement): boolean => /^(media|file)$/.test(field.dataset['kind'] ?? '');

function setUp(field: HTMLElement): void {
  field.dataset['live'] = 'true';
  const label = labelOf(field);
  const isMany = field.dataset['many'] !== undefined;
  const input = make('input', 'form-control');
  const picked = makePicked(field.dataset['picker'] ?? '', {
    isMany,
    hasPictures: false,
    focusAfter: () => input.focus(),
  });
  for (const option of chosenIn(field)) picked.add(option);
  const list = make('ul', 'combo-list');
  list.id = `${field.id}-list`;
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', label);
  input.type = 'text';
  input.id = `${field.id}-find`;
  input.autocomplete = 'off';
  input.placeholder = t('Type to search…');
  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-autocomplete': 'list',
    'aria-controls': list.id,
    'aria-label': label,
  }))
    input.setAttribute(name, value);
  const describedBy = field.getAttribute('aria-describedby');
  if (describedBy) input.setAttribute('aria-describedby', describedBy);
  const combo = make('div', 'combo');
  combo.append(input, list);
  field.querySelector('.picker-search')?.remove();
  field.querySelector('.choices')?.replaceWith(picked.element, combo);
  new Combobox({ input, list, picked, source: field.dataset['source'] ?? '', isMany }).listen();
}

interface ComboParts {
  input: HTMLInputElement;
  list: HTMLElement;
  picked: Picked;
  source: string;
  isMany: boolean;
}

/** A text field with a list of what fits, as the ARIA practices describe it. */
class Combobox {
  readonly #parts: ComboParts;
  #found: PickerOption[] = [];
  #active = -1;
  #timer = 0;
  #asking: AbortController | undefined;

  constructor(parts: ComboParts) {
    this.#parts = parts;
  }

  listen(): void {
    const { input, list } = this.#parts;
    input.addEventListener('input', (event) => {
      event.stopPropagation();
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#look(), WAIT_MS);
    });
    input.addEventListener('click', () => void this.#look());
    input.addEventListener('keydown', (event) => this.#onKey(event));
    input.addEventListener('blur', () => this.#close());
    list.addEventListener('mousedown', (event) => {
      event.preventDefault();
      const item = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="option"]') : null;
      if (item) this.#pick(Number(item.dataset['index']));
    });
  }

  async #look(): Promise<void> {
    const { input, source, picked } = this.#parts;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const path = `${source}&search=${encodeURIComponent(input.value.trim())}`;
      const { items } = await request<{ items: PickerOption[] }>(path, { signal: asking.signal });
      if (asking.signal.aborted || document.activeElement !== input) return;
      const chosen = new Set(picked.values());
      const before = this.#found[this.#active]?.value;
      this.#found = items.filter(({ value }) => !chosen.has(value));
      this.#show(before);
    } catch {
      if (!asking.signal.aborted) announce(t('The search does not answer. Try again.'));
    }
  }

  /** @param before what was marked in the list that stood there: it stays so, whatever came in meanwhile */
  #show(before: string | undefined): void {
    const { input, list } = this.#parts;
    list.replaceChildren(...this.#found.map((option, index) => this.#item(option, index)));
    if (this.#found.length === 0) list.append(make('li', 'combo-none', t('Nothing fits.')));
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    this.#mark(before === undefined ? -1 : this.#found.findIndex(({ value }) => value === before));
    announce(t('{count} found', { count: this.#found.length }));
  }

  #item(option: PickerOption, index: number): HTMLElement {
    const item = make('li', '', option.label);
    if (option.note) item.append(' ', make('small', '', option.note));
    item.id = `${this.#parts.list.id}-${index}`;
    item.dataset['index'] = String(index);
    item.setAttribute('role', 'option');
    item.setAttribute('aria-selected', 'false');
    return item;
  }

  #mark(index: number): void {
    const { input, list } = this.#parts;
    this.#active = index;
    for (const [place, item] of [...list.querySelectorAll('[role="option"]')].entries()) {
      item.setAttribute('aria-selected', String(place === index));
      if (place === index) item.scrollIntoView({ block: 'nearest' });
    }
    if (index < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `${list.id}-${index}`);
  }

  #onKey(event: KeyboardEvent): void {
    const { input, list, picked } = this.#parts;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) void this.#look();
      else if (this.#found.length > 0) {
        const [count, step] = [this.#found.length, event.key === 'ArrowDown' ? 1 : -1];
        this.#mark(this.#active < 0 && step < 0 ? count - 1 : (this.#active + step + count) % count);
      }
    } else if (event.key === 'Enter') {
      // Never the form: one is in the middle of it.
      event.preventDefault();
      if (!list.hidden && this.#active >= 0) this.#pick(this.#active);
    } else if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    } else if (event.key === 'Backspace' && input.value === '') {
      const last = picked.values().at(-1);
      if (last) picked.remove(last);
    }
  }

  #pick(index: number): void {
    const { input, picked, isMany } = this.#parts;
    const option = this.#found[index];
    if (!option) return;
    if (!isMany) picked.clear();
    picked.add(option);
    input.value = '';
    this.#close();
    announce(t('{label} was chosen.', { label: option.label }));
  }

  #close(): void {
    const { input, list } = this.#parts;
    // What is still being looked for does not open it again.
    clearTimeout(this.#timer);
    this.#asking?.abort();
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    this.#mark(-1);
  }
}
