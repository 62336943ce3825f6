import { announce, t } from 'galley/client';

const SHOWN = 6;

/** Completes names behind an @: arrows choose, Enter or Tab takes, Escape leaves. */
export class Mentions {
  readonly #box: HTMLTextAreaElement;
  readonly #list: HTMLUListElement;
  readonly #people: readonly string[];
  #found: string[] = [];
  #at = 0;

  constructor(box: HTMLTextAreaElement, list: HTMLUListElement, people: readonly string[]) {
    this.#box = box;
    this.#list = list;
    this.#people = people;
    list.id = `${box.id || 'note'}-people`;
    list.hidden = true;
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', t('People'));
    box.setAttribute('aria-autocomplete', 'list');
    box.setAttribute('aria-controls', list.id);
    box.addEventListener('input', () => this.#look());
    box.addEventListener('blur', () => window.setTimeout(() => this.#close(), 150));
    box.addEventListener('keydown', (event) => this.#press(event));
  }

  get isOpen(): boolean {
    return !this.#list.hidden;
  }

  /** What stands between the last @ and the cursor. */
  #typed(): string | undefined {
    const before = this.#box.value.slice(0, this.#box.selectionStart);
    return /(?:^|\s)@([^@\n]{0,60})$/.exec(before)?.[1];
  }

  #look(): void {
    const typed = this.#typed()?.toLowerCase();
    this.#found =
      typed === undefined ? [] : this.#people.filter((name) => name.toLowerCase().startsWith(typed)).slice(0, SHOWN);
    this.#at = 0;
    if (this.#found.length === 0) {
      this.#close();
      return;
    }
    this.#draw();
    announce(t('{count} people', { count: this.#found.length }, { one: '{count} person' }));
  }

  #draw(): void {
    this.#list.replaceChildren(
      ...this.#found.map((name, index) => {
        const item = document.createElement('li');
        item.id = `${this.#list.id}-${index}`;
        item.setAttribute('role', 'option');
        item.setAttribute('aria-selected', String(index === this.#at));
        item.textContent = name;
        item.addEventListener('pointerdown', (event) => {
          event.preventDefault();
          this.#take(name);
        });
        return item;
      }),
    );
    this.#list.hidden = false;
    this.#box.setAttribute('aria-activedescendant', `${this.#list.id}-${this.#at}`);
  }

  #press(event: KeyboardEvent): void {
    if (!this.isOpen) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      this.#at = (this.#at + step + this.#found.length) % this.#found.length;
      this.#draw();
    } else if (event.key === 'Enter' || event.key === 'Tab') this.#take(this.#found[this.#at] ?? '');
    else if (event.key === 'Escape') this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #take(name: string): void {
    const end = this.#box.selectionStart;
    const start = end - (this.#typed()?.length ?? 0);
    this.#box.setRangeText(`${name} `, start, end, 'end');
    this.#close();
    this.#box.focus();
  }

  #close(): void {
    this.#list.hidden = true;
    this.#box.removeAttribute('aria-activedescendant');
  }
}
