import upload from 'icon:cloud-arrow-up';
import { announce, icon, type MediaItem, RequestError, request, t, uploadFile } from 'galley/client';
import { cardOf } from './card.ts';
import { hashOf } from './file-hash.ts';
import { UploadRow } from './upload-row.ts';

interface Place {
  folder: number | null;
  isList: boolean;
  limit: number;
}

interface Task {
  row: UploadRow;
  abort: AbortController;
  /** Also if it is in the library already. */
  isForced: boolean;
  folder: number | null;
}

/** The folder under the pointer, where there is one. */
const folderAt = ({ target }: Event): HTMLElement | undefined =>
  (target instanceof Element && target.closest<HTMLElement>('.media-folders a[data-folder]')) || undefined;

/** Shows where what is dragged would go. */
function point(at: HTMLElement | undefined): void {
  for (const link of document.querySelectorAll('.media-folders a.is-target')) link.classList.remove('is-target');
  at?.classList.add('is-target');
}

const AT_ONCE = 3;
const HASHES = 200;

/** Uploads of the library: any number, three at once, each with its progress, and all together. */
export class LibraryUploads {
  readonly #form: HTMLFormElement;
  readonly #place: Place;
  readonly #tasks: Task[] = [];
  readonly #queue: Task[] = [];
  readonly #list = document.createElement('ul');
  readonly #bar = document.createElement('progress');
  readonly #words = document.createElement('p');
  readonly #panel = document.createElement('section');
  readonly #seeThem = document.createElement('button');
  #running = 0;
  /** Files that came in and do not stand on the page. */
  #unseen = 0;

  constructor(form: HTMLFormElement, place: Place) {
    this.#form = form;
    this.#place = place;
  }

  start(): void {
    this.#build();
    const input = this.#form.querySelector<HTMLInputElement>('input[type="file"]');
    if (!input) return;
    this.#form.classList.add('is-live');
    input.required = false;
    input.addEventListener('change', () => {
      void this.add([...(input.files ?? [])]);
      input.value = '';
    });
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      input.click();
    });
    this.#listen(document.body);
    addEventListener('beforeunload', (event) => {
      if (this.#running > 0) event.preventDefault();
    });
  }

  /** Uploads files, into the folder that is shown unless said; those that are in the library already are asked about. */
  async add(files: readonly File[], folder = this.#place.folder): Promise<void> {
    if (files.length === 0) return;
    this.#panel.hidden = false;
    const tasks = files.map((file) => this.#task(file, folder));
    this.#tell();
    for (let from = 0; from < tasks.length; from += HASHES) {
      const some = tasks.slice(from, from + HASHES);
      const known = await this.#known(some);
      for (const task of some) {
        const item = known.get(task);
        if (task.row.state === 'cancelled') continue;
        if (item) task.row.known(item);
        else this.#enqueue(task);
      }
      this.#tell();
    }
  }

  #listen(target: HTMLElement): void {
    const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;
    target.addEventListener('dragover', (event) => {
      if (!hasFiles(event) || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      const link = folderAt(event);
      target.classList.toggle('is-dropping', !link);
      point(link);
    });
    target.addEventListener('dragleave', (event) => {
      if (event.relatedTarget) return;
      target.classList.remove('is-dropping');
      point(undefined);
    });
    target.addEventListener('drop', (event) => {
      target.classList.remove('is-dropping');
      if (!hasFiles(event) || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      point(undefined);
      const link = folderAt(event);
      const folder = link ? Number(link.dataset['folder']) || null : this.#place.folder;
      void this.add([...(event.dataTransfer?.files ?? [])], folder);
    });
    target.addEventListener('paste', (event) => void this.add([...(event.clipboardData?.files ?? [])]));
  }

  #build(): void {
    this.#panel.className = 'upload-panel panel';
    this.#panel.hidden = true;
    this.#panel.setAttribute('aria-label', t('Uploads'));
    const stop = document.createElement('button');
    stop.type = 'button';
    stop.className = 'btn btn-sm btn-secondary';
    stop.textContent = t('Cancel all');
    stop.addEventListener('click', () => this.#cancelAll());
    this.#seeThem.type = 'button';
    this.#seeThem.className = 'btn btn-sm btn-primary';
    this.#seeThem.textContent = t('Show the new files');
    this.#seeThem.addEventListener('click', () => location.reload());
    this.#bar.setAttribute('aria-label', t('All files'));
    const head = document.createElement('div');
    head.className = 'upload-head';
    head.append(icon(upload), this.#words, this.#bar, stop);
    this.#list.className = 'upload-list';
    this.#panel.append(head, this.#list);
    this.#form.after(this.#panel);
  }

  #task(file: File, folder: number | null): Task {
    const row: UploadRow = new UploadRow(file, { cancel: () => this.#cancel(task), again: () => this.#again(task) });
    const task: Task = { row, abort: new AbortController(), isForced: false, folder };
    this.#list.append(row.element);
    this.#tasks.push(task);
    if (file.size > this.#place.limit)
      row.refused(t('Larger than {size} MB', { size: Math.floor(this.#place.limit / 1e6) }), false);
    return task;
  }

  async #known(tasks: readonly Task[]): Promise<Map<Task, MediaItem>> {
    const hashes = new Map<string, Task>();
    for (const task of tasks) {
      const hash = task.row.state === 'waiting' ? await hashOf(task.row.file).catch(() => undefined) : undefined;
      if (hash && !hashes.has(hash)) hashes.set(hash, task);
    }
    const found = new Map<Task, MediaItem>();
    if (hashes.size === 0) return found;
    try {
      const json = { hashes: [...hashes.keys()] };
      const items = await request<Record<string, MediaItem>>('/admin/api/media/known', { json });
      for (const [hash, item] of Object.entries(items)) {
        const task = hashes.get(hash);
        if (task) found.set(task, item);
      }
    } catch {
      // Then each is simply sent.
    }
    return found;
  }

  #enqueue(task: Task): void {
    if (task.row.state !== 'waiting') return;
    this.#queue.push(task);
    this.#next();
  }

  #next(): void {
    while (this.#running < AT_ONCE) {
      const task = this.#queue.shift();
      if (!task) return;
      this.#running++;
      void this.#send(task).finally(() => {
        this.#running--;
        this.#tell();
        this.#next();
        if (this.#unseen > 0 && !this.#isOpen()) this.#offer();
      });
    }
  }

  async #send({ row, folder, abort: { signal } }: Task): Promise<void> {
    if (signal.aborted) return;
    row.progress(0);
    try {
      const item = await uploadFile(row.file, {
        folder,
        signal,
        onProgress: (sent) => {
          row.progress(sent);
          this.#tell();
        },
        onWaiting: (isWaiting) => row.say(isWaiting ? t('Waiting for the connection') : ''),
      });
      row.done(item);
      // One that went into another folder does not stand in this one.
      if (this.#place.folder === null || folder === this.#place.folder) this.#show(item);
    } catch (error) {
      if (signal.aborted) return;
      const isRefused = error instanceof RequestError && error.status >= 400 && error.status < 500;
      const reason = error instanceof RequestError && error.message ? error.message : t('The upload was broken off.');
      row.refused(reason, !isRefused);
    }
  }

  #cancel(task: Task): void {
    task.abort.abort();
    task.row.cancelled();
    this.#tell();
  }

  #cancelAll(): void {
    for (const task of this.#tasks)
      if (task.row.state === 'waiting' || task.row.state === 'sending') this.#cancel(task);
    announce(t('The uploads are cancelled. What had arrived stays.'));
  }

  #again(task: Task): void {
    task.abort = new AbortController();
    task.row.reset();
    this.#enqueue(task);
    this.#tell();
  }

  /** The new file stands first in the grid; a list is loaded again for it. */
  #show(item: MediaItem): void {
    const grid = document.querySelector('#media-grid');
    if (grid) grid.prepend(cardOf(item));
    else this.#unseen++;
  }

  #isOpen(): boolean {
    return this.#tasks.some(({ row }) => row.state === 'waiting' || row.state === 'sending');
  }

  /** Where there is no grid, the page is loaded again; what is said of files that were not taken is read first. */
  #offer(): void {
    if (this.#tasks.every(({ row }) => row.state === 'done')) {
      location.reload();
      return;
    }
    document.querySelector('#media-empty')?.remove();
    this.#bar.after(this.#seeThem);
  }

  #tell(): void {
    const open = this.#tasks.filter(({ row }) => row.state === 'waiting' || row.state === 'sending').length;
    const done = this.#tasks.filter(({ row }) => row.state === 'done').length;
    const known = this.#tasks.filter(({ row }) => row.state === 'known').length;
    const refused = this.#tasks.filter(({ row }) => row.state === 'refused').length;
    const counted = this.#tasks.filter(({ row }) => row.state !== 'known' && row.state !== 'cancelled');
    const total = counted.reduce((sum, { row }) => sum + row.file.size, 0);
    const sent = counted.reduce((sum, { row }) => sum + row.sent, 0);
    this.#bar.max = Math.max(1, total);
    this.#bar.value = sent;
    const parts = [t('{done} of {count} files are in the library.', { done, count: this.#tasks.length })];
    if (known > 0)
      parts.push(t('{count} were there already.', { count: known }, { one: '{count} was there already.' }));
    if (refused > 0) parts.push(t('{count} were not taken.', { count: refused }, { one: '{count} was not taken.' }));
    const text = parts.join(' ');
    this.#words.textContent = text;
    const isOver = open === 0 && this.#running <= 1;
    this.#panel.classList.toggle('is-over', isOver);
    if (isOver && this.#panel.dataset['said'] !== text) {
      this.#panel.dataset['said'] = text;
      announce(text);
    }
  }
}
