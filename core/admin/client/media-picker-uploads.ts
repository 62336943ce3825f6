import upload from 'icon:upload';
import close from 'icon:x-lg';
import { announce } from './announce.ts';
import { icon } from './icon.ts';
import type { MediaItem } from './media-item.ts';
import { uploadFile } from './media-upload.ts';
import { t } from './page.ts';
import { RequestError } from './request.ts';

interface UploadPlace {
  accept?: MediaItem['family'];
  parent?: number | null;
  many: boolean;
  /** The folder that is shown. */
  folder(): number | null;
}

const ACCEPT: Record<MediaItem['family'], string> = {
  image: 'image/*',
  audio: 'audio/*',
  video: 'video/*',
  document: 'application/*,.pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp',
};

/** Uploads within the picker: chosen, dropped or pasted, each with its progress, one after the other. */
export class PickerUploads {
  readonly button = document.createElement('button');
  readonly list = document.createElement('ul');
  readonly #place: UploadPlace;
  readonly #done: (item: MediaItem) => void;
  readonly #all = new AbortController();
  #queue: Promise<void> = Promise.resolve();

  constructor(place: UploadPlace, done: (item: MediaItem) => void) {
    this.#place = place;
    this.#done = done;
    this.button.type = 'button';
    this.button.className = 'btn btn-sm btn-secondary';
    this.button.append(icon(upload), ` ${t('Upload')}`);
    this.button.addEventListener('click', () => this.#ask());
    this.list.className = 'upload-list';
    this.list.setAttribute('aria-label', t('Uploads'));
  }

  /** Takes what is dropped onto or pasted into the dialog. */
  listen(dialog: HTMLElement): void {
    dialog.addEventListener('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      dialog.classList.add('is-dropping');
    });
    dialog.addEventListener('dragleave', (event) => {
      if (!dialog.contains(event.relatedTarget as Node | null)) dialog.classList.remove('is-dropping');
    });
    dialog.addEventListener('drop', (event) => {
      dialog.classList.remove('is-dropping');
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      this.add([...event.dataTransfer.files]);
    });
    dialog.addEventListener('paste', (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      this.add(files);
    });
  }

  /** Uploads files. */
  add(files: readonly File[]): void {
    for (const file of files) {
      const row = this.#row(file);
      this.#queue = this.#queue.then(() => this.#send(file, row));
    }
  }

  /** Gives up what is under way. */
  cancel(): void {
    this.#all.abort();
  }

  #ask(): void {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = this.#place.many;
    if (this.#place.accept) input.accept = ACCEPT[this.#place.accept];
    input.addEventListener('change', () => this.add([...(input.files ?? [])]));
    input.click();
  }

  #row(file: File): UploadRow {
    const row = new UploadRow(file);
    this.list.append(row.element);
    return row;
  }

  async #send(file: File, row: UploadRow): Promise<void> {
    const signal = AbortSignal.any([this.#all.signal, row.signal]);
    if (signal.aborted) return row.element.remove();
    try {
      const item = await uploadFile(file, {
        folder: this.#place.folder(),
        parent: this.#place.parent,
        signal,
        onProgress: (sent) => row.progress(sent),
        onWaiting: (isWaiting) => row.say(isWaiting ? t('Waiting for the connection') : ''),
      });
      row.element.remove();
      announce(t('{name} is in the library', { name: file.name }));
      this.#done(item);
    } catch (error) {
      if (signal.aborted) return row.element.remove();
      row.fail(error instanceof RequestError && error.message ? error.message : t('The upload was broken off.'));
    }
  }
}

class UploadRow {
  readonly element = document.createElement('li');
  readonly #bar = document.createElement('progress');
  readonly #note = document.createElement('span');
  readonly #abort = new AbortController();

  constructor({ name, size }: File) {
    this.element.className = 'upload-row';
    const label = document.createElement('span');
    label.className = 'upload-name';
    label.textContent = name;
    this.#bar.max = Math.max(size, 1);
    this.#bar.value = 0;
    this.#bar.setAttribute('aria-label', name);
    this.#note.className = 'upload-note';
    const stop = document.createElement('button');
    stop.type = 'button';
    stop.className = 'icon-button';
    stop.setAttribute('aria-label', t('Cancel {name}', { name }));
    stop.append(icon(close));
    stop.addEventListener('click', () => {
      this.#abort.abort();
      this.element.remove();
    });
    this.element.append(label, this.#bar, this.#note, stop);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  progress(sent: number): void {
    this.#bar.value = sent;
  }

  say(text: string): void {
    this.#note.textContent = text;
  }

  fail(reason: string): void {
    this.#bar.remove();
    this.element.classList.add('is-refused');
    this.say(reason);
    announce(reason);
  }
}
