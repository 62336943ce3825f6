import { request, t } from 'galley/client';
import { switchMode } from './mode.ts';
import { readRecent, remember } from './recent.ts';

/** Something to open or do. */
export interface Choice {
  label: string;
  url: string;
  note: string;
  /** Sent as a form with these values. */
  values?: Record<string, string>;
}

interface Group {
  label: string;
  items: Choice[];
}

const WAIT_MS = 120;

/** Opens the palette by Ctrl+K, ⌘K, and by the button that without scripts leads to a screen of the same. */
export function offerPalette(): void {
  const opener = document.querySelector<HTMLElement>('[data-palette]');
  if (!opener) return;
  opener.setAttribute('role', 'button');
  opener.setAttribute('aria-haspopup', 'dialog');
  const hint = opener.querySelector<HTMLElement>('[data-palette-key]');
  if (hint) {
    hint.hidden = false;
    if (/Mac|iPhone|iPad/.test(navigator.platform)) hint.textContent = '⌘ K';
  }
  opener.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    new Palette().open();
  });
  opener.addEventListener('keydown', (event) => {
    if (event.key !== ' ') return;
    event.preventDefault();
    opener.click();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    // In a text, Ctrl+K makes a link.
    if (event.defaultPrevented || (event.target instanceof HTMLElement && event.target.isContentEditable)) return;
    event.preventDefault();
    if (!document.querySelector('dialog[open]')) new Palette().open();
  });
}

/** A combobox in a dialog: the focus stays in the field, the arrows walk through the list. */
class Palette {
  readonly #dialog = document.createElement('dialog');
  readonly #input = document.createElement('input');
  readonly #list = document.createElement('div');
  readonly #status = document.createElement('p');
  #choices: { choice: Choice; element: HTMLElement }[] = [];
  #current = -1;
  #timer = 0;
  #asked = 0;
  /** Whether the list is not yet that of what stands in the field. */
  #isBehind = false;
  /** Whether Enter was pressed before the list had come. */
  #isChosen = false;

  open(): void {
    this.#build();
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#input.focus();
    void this.#find();
  }

  #build(): void {
    this.#dialog.className = 'dialog palette';
    this.#dialog.setAttribute('aria-label', t('Find anything'));
    this.#input.type = 'text';
    this.#input.className = 'palette-input';
    this.#input.placeholder = t('A screen, an entry, a person, an action');
    const facts = {
      role: 'combobox',
      'aria-label': t('Find anything'),
      'aria-expanded': 'true',
      'aria-controls': 'palette-list',
      'aria-autocomplete': 'list',
      autocomplete: 'off',
      spellcheck: 'false',
      maxlength: '100',
    };
    for (const [name, value] of Object.entries(facts)) this.#input.setAttribute(name, value);
    this.#list.id = 'palette-list';
    this.#list.className = 'palette-list';
    this.#list.setAttribute('role', 'listbox');
    this.#list.setAttribute('aria-label', t('What was found'));
    this.#list.tabIndex = -1;
    this.#status.className = 'palette-status';
    this.#status.setAttribute('role', 'status');
    this.#dialog.append(this.#input, this.#list, this.#status);
    this.#input.addEventListener('input', () => {
      this.#isBehind = true;
      this.#isChosen = false;
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#find(), WAIT_MS);
    });
    this.#input.addEventListener('keydown', (event) => this.#walk(event));
    this.#dialog.addEventListener('click', (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
    // The browser has given the focus back by then.
    this.#dialog.addEventListener('close', () => this.#dialog.remove());
  }

  async #find(): Promise<void> {
    const search = this.#input.value.trim();
    const asked = ++this.#asked;
    try {
      const { groups } = await request<{ groups: Group[] }>(`/admin/api/commands?search=${encodeURIComponent(search)}`);
      if (asked !== this.#asked || search !== this.#input.value.trim()) return; // Somebody typed on meanwhile.
      const recent = search === '' ? readRecent() : [];
      this.#show(recent.length > 0 ? [{ label: t('Just now'), items: recent }, ...groups] : groups);
    } catch {
      if (asked === this.#asked) this.#status.textContent = t('The server does not answer. Try again in a moment.');
    }
  }

  #show(groups: readonly Group[]): void {
    this.#choices = [];
    this.#list.replaceChildren(...groups.map((group, index) => this.#group(group, index)));
    const count = this.#choices.length;
    this.#status.textContent =
      count === 0 ? t('Nothing found') : t('{count} found', { count }, { one: '{count} found' });
    this.#mark(count > 0 ? 0 : -1);
    this.#isBehind = false;
    const first = this.#choices[0]?.choice;
    if (this.#isChosen && first) this.#choose(first);
    this.#isChosen = false;
  }

  #group({ label, items }: Group, index: number): HTMLElement {
    const box = document.createElement('div');
    box.setAttribute('role', 'group');
    const head = document.createElement('div');
    head.id = `palette-group-${index}`;
    head.className = 'palette-group';
    head.textContent = label;
    box.setAttribute('aria-labelledby', head.id);
    box.append(head, ...items.map((choice) => this.#option(choice)));
    return box;
  }

  #option(choice: Choice): HTMLElement {
    const index = this.#choices.length;
    const element = document.createElement('div');
    element.id = `palette-${index}`;
    element.className = 'palette-option';
    element.setAttribute('role', 'option');
    element.setAttribute('aria-selected', 'false');
    const label = document.createElement('span');
    label.textContent = choice.label;
    element.append(label);
    if (choice.note) {
      const note = document.createElement('span');
      note.className = 'palette-note';
      note.textContent = choice.note;
      element.append(note);
    }
    element.addEventListener('click', () => this.#choose(choice));
    element.addEventListener('pointermove', () => this.#mark(index));
    this.#choices.push({ choice, element });
    return element;
  }

  #walk(event: KeyboardEvent): void {
    const last = this.#choices.length - 1;
    const to: Record<string, number> = {
      ArrowDown: this.#current >= last ? 0 : this.#current + 1,
      ArrowUp: this.#current <= 0 ? last : this.#current - 1,
      PageDown: Math.min(this.#current + 8, last),
      PageUp: Math.max(this.#current - 8, 0),
    };
    const chosen = this.#choices[this.#current]?.choice;
    if (event.key === 'Enter' && this.#isBehind && !event.isComposing) this.#isChosen = true;
    else if (event.key in to && last >= 0) this.#mark(to[event.key] ?? 0);
    else if (event.key === 'Enter' && chosen && !event.isComposing) this.#choose(chosen);
    else return;
    event.preventDefault();
  }

  #mark(index: number): void {
    this.#choices[this.#current]?.element.setAttribute('aria-selected', 'false');
    this.#current = index;
    const element = this.#choices[index]?.element;
    element?.setAttribute('aria-selected', 'true');
    element?.scrollIntoView({ block: 'nearest' });
    if (element) this.#input.setAttribute('aria-activedescendant', element.id);
    else this.#input.removeAttribute('aria-activedescendant');
  }

  #choose(choice: Choice): void {
    if (!choice.values) {
      remember(choice);
      location.assign(choice.url);
      this.#dialog.close();
      return;
    }
    const { mode } = choice.values;
    if (mode === undefined) {
      send(choice.url, choice.values);
      return;
    }
    this.#dialog.close();
    switchMode(mode, choice.label);
  }
}

/** Does what a button would: a form with the token of the page. */
function send(url: string, values: Record<string, string>): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = url;
  form.hidden = true;
  const token = document.querySelector<HTMLMetaElement>('meta[name="galley-token"]')?.content ?? '';
  const back = location.pathname + location.search;
  for (const [name, value] of Object.entries({ ...values, _token: token, redirect_to: back })) {
    const input = document.createElement('input');
    input.type = 'hidden';
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}
