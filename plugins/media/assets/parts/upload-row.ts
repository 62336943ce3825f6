import retry from 'icon:arrow-clockwise';
import close from 'icon:x-lg';
import { icon, type MediaItem, t } from 'galley/client';

/** Where one file stands. */
export type RowState = 'waiting' | 'sending' | 'done' | 'known' | 'refused' | 'cancelled';

interface RowEvents {
  cancel(): void;
  again(): void;
}

/** One file of an upload: its name, how far it is, and what can be done with it. */
export class UploadRow {
  readonly element = document.createElement('li');
  readonly file: File;
  readonly #bar = document.createElement('progress');
  readonly #note = document.createElement('span');
  readonly #buttons = document.createElement('span');
  readonly #events: RowEvents;
  sent = 0;
  state: RowState = 'waiting';

  constructor(file: File, events: RowEvents) {
    this.file = file;
    this.#events = events;
    this.element.className = 'upload-row';
    const name = document.createElement('span');
    name.className = 'upload-name';
    name.textContent = file.name;
    this.#bar.max = Math.max(1, file.size);
    this.#bar.value = 0;
    this.#bar.setAttribute('aria-label', file.name);
    this.#note.className = 'upload-note';
    this.#buttons.className = 'upload-buttons';
    this.element.append(name, this.#bar, this.#note, this.#buttons);
    this.#show('waiting', t('Waiting'));
    this.#buttons.append(this.#button(close, t('Cancel {name}', { name: file.name }), () => this.#events.cancel()));
  }

  progress(sent: number): void {
    this.sent = sent;
    this.#bar.value = sent;
    this.#show('sending', '');
  }

  say(text: string): void {
    this.#note.textContent = text;
  }

  done(item: MediaItem): void {
    this.sent = this.file.size;
    this.#bar.value = this.file.size;
    this.#show('done', '');
    this.#buttons.replaceChildren(link(item));
  }

  /** It is in the library already. */
  known(item: MediaItem): void {
    this.#show('known', t('In the library already'));
    const anyway = document.createElement('button');
    anyway.type = 'button';
    anyway.className = 'btn btn-sm btn-link';
    anyway.textContent = t('Upload anyway');
    anyway.setAttribute('aria-label', t('Upload {name} anyway', { name: this.file.name }));
    anyway.addEventListener('click', () => this.#events.again());
    this.#buttons.replaceChildren(link(item), anyway);
  }

  refused(reason: string, canRetry: boolean): void {
    this.#show('refused', reason);
    this.#buttons.replaceChildren();
    if (canRetry)
      this.#buttons.append(
        this.#button(retry, t('Try {name} again', { name: this.file.name }), () => this.#events.again()),
      );
  }

  cancelled(): void {
    this.#show('cancelled', t('Cancelled'));
    this.#buttons.replaceChildren(
      this.#button(retry, t('Try {name} again', { name: this.file.name }), () => this.#events.again()),
    );
  }

  /** Before it is sent again. */
  reset(): void {
    this.sent = 0;
    this.#bar.value = 0;
    this.#show('waiting', t('Waiting'));
    this.#buttons.replaceChildren(
      this.#button(close, t('Cancel {name}', { name: this.file.name }), () => this.#events.cancel()),
    );
  }

  #show(state: RowState, note: string): void {
    this.state = state;
    this.element.dataset['state'] = state;
    this.element.classList.toggle('is-refused', state === 'refused');
    this.#bar.hidden = state === 'refused' || state === 'known' || state === 'cancelled';
    this.#note.textContent = note;
  }

  #button(svg: string, label: string, press: () => void): HTMLButtonElement {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'icon-button';
    made.setAttribute('aria-label', label);
    made.append(icon(svg));
    made.addEventListener('click', press);
    return made;
  }
}

function link(item: MediaItem): HTMLAnchorElement {
  const made = document.createElement('a');
  made.href = item.editUrl;
  made.textContent = t('Open');
  made.setAttribute('aria-label', t('Open {name}', { name: item.title }));
  return made;
}
