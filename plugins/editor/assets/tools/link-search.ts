// The field of the dialog for links: an address is typed, or an entry of the site is searched by its title and chosen.
import { announce, request, t } from 'galley/client';
import { editorData } from '../parts/catalog.ts';
import { box, newId, text } from '../parts/elements.ts';

/** Something of the site that a link may lead to. */
interface LinkTarget {
  id: number;
  title: string;
  type: string;
  url: string;
  status: string;
}

const API = '/admin/api/editor/links';
const PAUSE_MS = 200;
const ADDRESS = /^\s*([a-z][\w+.-]*:|[/#?])/i;

/** What visitors do not see yet says so. */
const STATUS_WORDS: Record<string, readonly [word: string, tone: string]> = {
  draft: [t('Draft'), 'muted'],
  pending: [t('In review'), 'warning'],
  future: [t('Scheduled'), 'info'],
  private: [t('Private'), 'ink'],
};

/** A combobox as the ARIA practices have it: arrows go through the list, Enter takes, Escape closes the list only. */
export class LinkSearch {
  readonly element: HTMLElement;
  readonly input = document.createElement('input');
  readonly #list = box('ge-links');
  readonly #note = text('p', '', 'ge-note');
  readonly #done: () => void;
  #found: LinkTarget[] = [];
  #active = -1;
  #timer = 0;
  #asking: AbortController | undefined;
  #taken: LinkTarget | undefined;

  /** @param done Enter was pressed on an address */
  constructor(address: string, done: () => void) {
    this.#done = done;
    const { input } = this;
    input.type = 'text';
    input.id = newId('link');
    input.className = 'form-control';
    input.autocomplete = 'off';
    input.spellcheck = false;
    input.value = address;
    this.#list.id = newId('links');
    this.#list.setAttribute('role', 'listbox');
    this.#list.setAttribute('aria-label', t('Of this site'));
    const attributes = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': this.#list.id };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    const help = text('div', t('Type an address, or words of a title to find something of this site.'), 'form-text');
    help.id = newId('help');
    input.setAttribute('aria-describedby', help.id);
    const label = text('label', t('Address or title'), 'form-label');
    label.setAttribute('for', input.id);
    this.element = box('ge-source', label, input, help, this.#list, this.#note);
    input.addEventListener('input', () => this.#typed());
    input.addEventListener('keydown', (event) => this.#key(event));
    this.#close();
  }

  /** What was changed last, before anything is typed. */
  suggest(): void {
    if (this.input.value === '') void this.#search('');
  }

  /** What the entry is called that was chosen, while the field has its address. */
  titleOf(address: string): string | undefined {
    return this.#taken?.url === address ? this.#taken.title : undefined;
  }

  /** What is still being looked for does not come any more. */
  #forget(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  #typed(): void {
    this.#forget();
    const { value } = this.input;
    if (ADDRESS.test(value)) this.#close();
    else this.#timer = window.setTimeout(() => void this.#search(value), PAUSE_MS);
  }

  async #search(words: string): Promise<void> {
    this.#forget();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const query = new URLSearchParams({ search: words.trim().slice(0, 200) });
      const { links } = await request<{ links: LinkTarget[] }>(`${API}?${query}`, { signal: asking.signal });
      if (!asking.signal.aborted) this.#show(links, words);
    } catch {
      if (!asking.signal.aborted) this.#close(t('The search does not answer. An address can be typed.'));
    }
  }

  #show(links: LinkTarget[], words: string): void {
    const none = words.trim() === '' ? '' : t('Nothing of this site is called so. An address can be typed.');
    this.#close(links.length === 0 ? none : '');
    if (links.length === 0) {
      if (none !== '') announce(none);
      return;
    }
    this.#found = links;
    this.#list.replaceChildren(...links.map((link) => this.#option(link)));
    this.#list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    announce(t('{count} found', { count: links.length }, { one: '1 found' }));
  }

  #option(link: LinkTarget): HTMLElement {
    const type = editorData().types[link.type] ?? link.type;
    const option = box('ge-link', text('span', link.title, 'ge-link-title'));
    const state = STATUS_WORDS[link.status];
    if (state) option.append(' ', text('span', state[0], `state state-${state[1]}`));
    option.append(' ', text('span', `${type} · ${link.url}`, 'ge-link-where'));
    option.id = newId('option');
    option.setAttribute('role', 'option');
    option.setAttribute('aria-selected', 'false');
    option.addEventListener('mousedown', (event) => event.preventDefault());
    option.addEventListener('click', () => this.#take(link));
    return option;
  }

  #mark(active: number): void {
    this.#active = active;
    for (const [index, option] of [...this.#list.children].entries())
      option.setAttribute('aria-selected', String(index === active));
    const option = this.#list.children[active];
    if (option) this.input.setAttribute('aria-activedescendant', option.id);
    else this.input.removeAttribute('aria-activedescendant');
    option?.scrollIntoView({ block: 'nearest' });
  }

  #close(note = ''): void {
    this.#found = [];
    this.#list.replaceChildren();
    this.#list.hidden = true;
    this.#note.textContent = note;
    this.#note.hidden = note === '';
    this.input.setAttribute('aria-expanded', 'false');
    this.#mark(-1);
  }

  #take(link: LinkTarget): void {
    this.#forget();
    this.#taken = link;
    this.input.value = link.url;
    this.#close(link.title);
    announce(t('{title}: {address}', { title: link.title, address: link.url }));
    this.input.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const { key } = event;
    const count = this.#found.length;
    const link = this.#found[this.#active];
    if (key === 'Enter') {
      if (link) this.#take(link);
      else this.#done();
    } else if (key === 'Escape' && count > 0) {
      this.#forget();
      this.#close();
    } else if (key === 'ArrowDown' && count > 0) this.#mark(this.#active >= count - 1 ? 0 : this.#active + 1);
    else if (key === 'ArrowUp' && count > 0) this.#mark(this.#active <= 0 ? count - 1 : this.#active - 1);
    else if (key === 'ArrowDown') void this.#search(ADDRESS.test(this.input.value) ? '' : this.input.value);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
