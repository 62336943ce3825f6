// Notes beside the text: written without leaving the form, about the block that the cursor stands in, with names that
// complete themselves.
import { announce, data, RequestError, request, t, toast } from 'galley/client';
import { Mentions } from './parts/mentions.ts';

interface NotesData {
  url: string;
  people: string[];
}

interface SelectedBlock {
  index: number;
  name: string;
  text: string;
}

interface Shown {
  who: string;
  body: string;
  about: string;
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  text = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

class NotePanel {
  readonly #data: NotesData;
  readonly #panel: HTMLElement;
  readonly #box: HTMLTextAreaElement;
  readonly #about: HTMLElement;
  #block: SelectedBlock | undefined;

  constructor(panel: HTMLElement, notes: NotesData) {
    this.#panel = panel;
    this.#data = notes;
    this.#about = element('p', 'note-about');
    this.#box = element('textarea', 'form-control');
    this.#build();
  }

  select(block: SelectedBlock): void {
    this.#block = block;
    this.#about.textContent = t('About block {number}: “{text}”', {
      number: block.index + 1,
      text: block.text.slice(0, 60),
    });
  }

  #build(): void {
    const label = element('label', 'form-label', t('New note'));
    label.htmlFor = this.#box.id = 'note-new';
    this.#box.rows = 2;
    this.#box.maxLength = 5000;
    const list = element('ul', 'note-people');
    const mentions = new Mentions(this.#box, list, this.#data.people);
    const send = element('button', 'btn btn-sm btn-secondary', t('Add the note'));
    send.type = 'button';
    send.addEventListener('click', () => void this.#send());
    // A note is no part of the entry: typing one must not make the form look changed.
    for (const name of ['input', 'change']) this.#box.addEventListener(name, (event) => event.stopPropagation());
    this.#box.addEventListener('keydown', (event) => {
      if (mentions.isOpen || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void this.#send();
    });
    this.#panel.append(this.#about, label, this.#box, list, send);
  }

  async #send(): Promise<void> {
    const body = this.#box.value.trim();
    if (body === '') return;
    const block = this.#block;
    const anchor = block ? { kind: 'block', place: String(block.index), quote: block.text.slice(0, 2000) } : {};
    try {
      this.#show(await request<Shown>(this.#data.url, { json: { body, ...anchor } }));
      this.#box.value = '';
      announce(t('The note is added.'));
    } catch (error) {
      toast({
        text: error instanceof RequestError ? error.message : t('The note could not be added.'),
        kind: 'danger',
      });
    }
  }

  #show({ who, body, about }: Shown): void {
    this.#panel.querySelector('[data-no-notes]')?.remove();
    const item = element('li', 'note');
    if (about) item.append(element('span', 'note-about', about));
    item.append(element('p', 'note-body', body), element('span', 'cell-note', who));
    this.#panel.querySelector('.notes-list')?.append(item);
  }
}

const notes = data<NotesData>('notes');
const panel = document.querySelector<HTMLElement>('[data-notes]');
if (notes && panel) {
  const shown = new NotePanel(panel, notes);
  panel.closest('form')?.addEventListener('galley:block-selected', (event) => {
    const { detail } = event as CustomEvent<SelectedBlock | null>;
    if (detail) shown.select(detail);
  });
}
