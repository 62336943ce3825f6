// Notes beside the text: written without leaving the form, about the block that the cursor stands in, with names that
// complete themselves.
import { announce, data, RequestError, request, t, toast } from 'galley/client';
import { Mentions } from './parts/mentions.ts';

interface NotesData {
  url: string;
  people: string[];
}

/** What the editor tells of the block with the cursor. */
interface SelectedBlock {
  index: number;
  name: string;
  text: string;
  markup: string;
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

  /** What the next note is about; nothing: the whole text. */
  select(block: SelectedBlock | undefined): void {
    this.#block = block;
    this.#about.replaceChildren();
    if (!block) return;
    const words = t('About block {number}: “{text}”', { number: block.index + 1, text: block.text.slice(0, 60) });
    const whole = element('button', 'note-about', t('About the whole text instead'));
    whole.type = 'button';
    whole.addEventListener('click', () => {
      this.select(undefined);
      this.#box.focus();
    });
    this.#about.append(words, ' ', whole);
  }

  /** Shows at each block how many notes there are on it. */
  markBlocks(): void {
    const counts = new Map<number, number>();
    for (const item of this.#panel.querySelectorAll<HTMLElement>('.note[data-block]')) {
      const index = Number(item.dataset['block']) - 1;
      counts.set(index, (counts.get(index) ?? 0) + 1);
      const about = item.querySelector('.note-about');
      if (about && about.localName !== 'button') about.replaceWith(this.#leading(about.textContent ?? '', index));
    }
    const signs = [...counts].map(([index, count]) => ({
      index,
      count,
      label: t('{count} notes on this block', { count }, { one: 'One note on this block' }),
    }));
    this.#tell('galley:mark-blocks', signs);
  }

  /** Words that lead to the block that they are about. */
  #leading(words: string, index: number): HTMLButtonElement {
    const button = element('button', 'note-about', words);
    button.type = 'button';
    button.title = t('Go to the block');
    button.addEventListener('click', () => this.#tell('galley:select-block', index));
    return button;
  }

  #tell(name: string, detail: unknown): void {
    this.#panel.closest('form')?.dispatchEvent(new CustomEvent(name, { detail }));
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
    for (const place of this.#panel.querySelectorAll<HTMLDetailsElement>('.note-answer')) this.#listen(place);
  }

  /** An answer is sent from where the note stands, without leaving the form. */
  #listen(place: HTMLDetailsElement): void {
    const [box, send] = [place.querySelector('textarea'), place.querySelector('button')];
    if (!box || !send) return;
    for (const name of ['input', 'change']) box.addEventListener(name, (event) => event.stopPropagation());
    send.addEventListener('click', (event) => {
      event.preventDefault();
      void this.#answer(place, box);
    });
  }

  async #answer(place: HTMLDetailsElement, box: HTMLTextAreaElement): Promise<void> {
    const body = box.value.trim();
    if (body === '') return box.focus();
    try {
      const { who } = await request<Shown>(this.#data.url, { json: { body, threadId: Number(place.dataset['note']) } });
      const item = element('li', '');
      item.append(element('p', 'note-body', body), element('span', 'cell-note', who));
      const known = place.parentElement?.querySelector('.note-answers');
      const answers = known ?? element('ul', 'note-answers');
      answers.append(item);
      if (!known) place.before(answers);
      box.value = '';
      place.open = false;
      place.querySelector('summary')?.focus();
      announce(t('The answer is added.'));
    } catch (error) {
      const text = error instanceof RequestError ? error.message : t('The note could not be added.');
      toast({ text, kind: 'danger' });
    }
  }

  async #send(): Promise<void> {
    const body = this.#box.value.trim();
    if (body === '') return;
    const block = this.#block;
    const anchor = block ? { kind: 'block', place: String(block.index), quote: block.markup.slice(0, 2000) } : {};
    try {
      this.#show(await request<Shown>(this.#data.url, { json: { body, ...anchor } }), block);
      this.#box.value = '';
      announce(t('The note is added.'));
    } catch (error) {
      toast({
        text: error instanceof RequestError ? error.message : t('The note could not be added.'),
        kind: 'danger',
      });
    }
  }

  #show({ who, body, about }: Shown, block: SelectedBlock | undefined): void {
    this.#panel.querySelector('[data-no-notes]')?.remove();
    const item = element('li', 'note');
    if (about) item.append(element('span', 'note-about', about));
    item.append(element('p', 'note-body', body), element('span', 'cell-note', who));
    if (block) item.dataset['block'] = String(block.index + 1);
    this.#panel.querySelector('.notes-list')?.append(item);
    this.markBlocks();
  }
}

const notes = data<NotesData>('notes');
const panel = document.querySelector<HTMLElement>('[data-notes]');
if (notes && panel) {
  const shown = new NotePanel(panel, notes);
  const form = panel.closest('form');
  form?.addEventListener('galley:editor-ready', () => shown.markBlocks());
  // The editor may have been there before this script.
  shown.markBlocks();
  form?.addEventListener('galley:block-selected', (event) => {
    if (event instanceof CustomEvent) shown.select(event.detail as SelectedBlock);
  });
}
