import { announce } from './announce.ts';
import { openDialog } from './dialog.ts';
import { MediaGrid } from './media-grid.ts';
import type { MediaFolder, MediaItem } from './media-item.ts';
import { MediaDetailsPane } from './media-pane.ts';
import { PickerUploads } from './media-picker-uploads.ts';
import { t } from './page.ts';
import { RequestError, request } from './request.ts';

/** What may be chosen. */
export interface PickerOptions {
  /** Several files; one unless said. */
  many?: boolean;
  /** Only files of this family. */
  accept?: MediaItem['family'];
  /** The entry that uploads belong to. */
  parent?: number | null;
  title?: string;
  /** The words of the button that takes what is chosen. */
  insert?: string;
}

interface Page {
  items: MediaItem[];
  next: string | null;
}

const API = '/admin/api/media';
const PAUSE_MS = 250;

/**
 * Lets somebody choose files of the library, or upload some: by choosing, dropping or pasting.
 *
 * @returns the chosen files in the order of choosing; none where the dialog was left
 * @example const [picture] = await openMediaPicker({ accept: 'image' });
 */
export function openMediaPicker(options: PickerOptions = {}): Promise<MediaItem[]> {
  return new Promise((resolve) => new MediaPicker(options, resolve).open());
}

class MediaPicker {
  readonly #options: PickerOptions;
  readonly #resolve: (items: MediaItem[]) => void;
  readonly #grid: MediaGrid;
  readonly #pane: MediaDetailsPane;
  readonly #uploads: PickerUploads;
  readonly #search = document.createElement('input');
  readonly #folder = document.createElement('select');
  readonly #more = document.createElement('button');
  readonly #note = document.createElement('p');
  readonly #insert = document.createElement('button');
  #dialog: HTMLDialogElement | undefined;
  #next: string | null = null;
  #asking: AbortController | undefined;
  #isSure = false;

  constructor(options: PickerOptions, resolve: (items: MediaItem[]) => void) {
    this.#options = options;
    this.#resolve = resolve;
    const many = options.many ?? false;
    this.#grid = new MediaGrid(t('Files'), { many, chosen: (items) => this.#chose(items), taken: () => this.#take() });
    this.#pane = new MediaDetailsPane((item) => this.#grid.update(item));
    this.#uploads = new PickerUploads(
      { accept: options.accept, parent: options.parent, many, folder: () => Number(this.#folder.value) || null },
      (item) => this.#uploaded(item),
    );
  }

  open(): void {
    const { title, insert } = this.#options;
    const cancel = document.createElement('button');
    cancel.type = 'button';
    cancel.className = 'btn btn-secondary';
    cancel.textContent = t('Cancel');
    cancel.addEventListener('click', () => this.#dialog?.close(''));
    this.#insert.type = 'button';
    this.#insert.className = 'btn btn-primary';
    this.#insert.textContent = insert ?? t('Insert');
    this.#insert.disabled = true;
    this.#insert.addEventListener('click', () => this.#take());
    this.#note.className = 'media-pick-note';
    this.#dialog = openDialog(
      {
        title: title ?? (this.#options.many ? t('Choose files') : t('Choose a file')),
        body: this.#body(),
        buttons: [cancel, this.#insert],
        wide: true,
      },
      () => this.#closed(),
    );
    this.#dialog.classList.add('is-picker');
    this.#dialog.querySelector('.dialog-foot')?.prepend(this.#note);
    this.#uploads.listen(this.#dialog);
    this.#search.focus();
    void this.#loadFolders();
    void this.#load();
  }

  #body(): HTMLElement {
    this.#search.type = 'search';
    this.#search.className = 'form-control form-control-sm';
    this.#search.placeholder = t('Search');
    this.#search.setAttribute('aria-label', t('Words of the title'));
    let timer = 0;
    this.#search.addEventListener('input', () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void this.#load(), PAUSE_MS);
    });
    this.#folder.className = 'form-select form-select-sm';
    this.#folder.setAttribute('aria-label', t('Folder'));
    this.#folder.add(new Option(t('All folders'), ''));
    this.#folder.addEventListener('change', () => void this.#load());
    const bar = document.createElement('div');
    bar.className = 'media-pick-bar';
    bar.append(this.#search, this.#folder, this.#uploads.button);
    this.#more.type = 'button';
    this.#more.className = 'btn btn-sm btn-secondary media-pick-more';
    this.#more.textContent = t('Show more');
    this.#more.hidden = true;
    this.#more.addEventListener('click', () => void this.#load(this.#next));
    const shelf = document.createElement('div');
    shelf.className = 'media-pick-shelf';
    shelf.append(this.#uploads.list, this.#grid.element, this.#more);
    const body = document.createElement('div');
    body.className = 'media-picker';
    body.append(bar, shelf, this.#pane.element);
    return body;
  }

  async #loadFolders(): Promise<void> {
    try {
      const { folders } = await request<{ folders: MediaFolder[] }>(`${API}/folders`);
      for (const { id, name, depth } of folders)
        this.#folder.add(new Option('\u2003'.repeat(depth) + name, String(id)));
      this.#folder.hidden = folders.length === 0;
    } catch {
      this.#folder.hidden = true;
    }
  }

  async #load(after: string | null = null): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const query = new URLSearchParams({ limit: '60' });
    if (this.#options.accept) query.set('type', this.#options.accept);
    if (this.#search.value.trim()) query.set('text', this.#search.value.trim());
    if (this.#folder.value) query.set('folder', this.#folder.value);
    if (after) query.set('after', after);
    try {
      const { items, next } = await request<Page>(`${API}?${query}`, { signal: asking.signal });
      if (!after) this.#grid.clear();
      this.#grid.add(items);
      this.#next = next;
      this.#more.hidden = next === null;
      this.#say(this.#grid.size === 0 ? t('No file is like that. Drop some here to upload them.') : '');
      const count = this.#grid.size;
      announce(t('{count} files', { count }, { one: '{count} file' }));
    } catch (error) {
      if (asking.signal.aborted) return;
      this.#say(error instanceof RequestError && error.message ? error.message : t('The library does not answer.'));
    }
  }

  #chose(items: readonly MediaItem[]): void {
    this.#insert.disabled = items.length === 0;
    this.#pane.show(items.at(-1));
    const count = items.length;
    if (this.#options.many) this.#say(t('{count} chosen', { count }));
  }

  #uploaded(item: MediaItem): void {
    this.#grid.add([item], 'front');
    this.#grid.choose(item);
  }

  #say(text: string): void {
    this.#note.textContent = text;
  }

  #take(): void {
    if (this.#grid.chosen.length === 0) return;
    void this.#pane.settled().then((isSaved) => {
      if (!isSaved) return;
      this.#isSure = true;
      this.#dialog?.close('insert');
    });
  }

  #closed(): void {
    this.#asking?.abort();
    this.#uploads.cancel();
    this.#resolve(this.#isSure ? [...this.#grid.chosen] : []);
  }
}
