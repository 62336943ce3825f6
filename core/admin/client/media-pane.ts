import { mediaThumb } from './media-grid.ts';
import type { MediaItem } from './media-item.ts';
import { t } from './page.ts';
import { RequestError, request } from './request.ts';

/** What is known of the file that was chosen last; its alternative text can be written at once. */
export class MediaDetailsPane {
  readonly element = document.createElement('aside');
  readonly #changed: (item: MediaItem) => void;
  #item: MediaItem | undefined;
  #alt: HTMLTextAreaElement | undefined;
  #note: HTMLElement | undefined;
  #saving: Promise<boolean> = Promise.resolve(true);

  constructor(changed: (item: MediaItem) => void) {
    this.#changed = changed;
    this.element.className = 'media-pick-pane';
    this.element.setAttribute('aria-label', t('Chosen file'));
    this.show(undefined);
  }

  /** Shows a file; what was written of the one before is saved. */
  show(item: MediaItem | undefined): void {
    if (item && item.id === this.#item?.id) return;
    void this.settled();
    this.#item = item;
    this.#alt = undefined;
    if (!item) {
      const hint = document.createElement('p');
      hint.className = 'media-pick-hint';
      hint.textContent = t('Choose a file to see what is known of it.');
      this.element.replaceChildren(hint);
      return;
    }
    const name = document.createElement('h3');
    name.textContent = item.title;
    const facts = document.createElement('p');
    facts.className = 'media-pick-facts';
    const pixels = item.width && item.height ? `${item.width} × ${item.height}` : '';
    facts.textContent = [item.kind, pixels, item.size].filter(Boolean).join(' · ');
    this.element.replaceChildren(mediaThumb(item), name, facts);
    if (item.family === 'image') this.element.append(...this.#altField(item));
    const edit = document.createElement('a');
    edit.href = item.editUrl;
    edit.target = '_blank';
    edit.textContent = t('All details (in a new tab)');
    this.element.append(edit);
  }

  /** Saves what was written. Resolves to whether all of it is saved. */
  settled(): Promise<boolean> {
    const [item, alt, note] = [this.#item, this.#alt, this.#note];
    if (item && alt && note && !alt.readOnly && alt.value.trim() !== item.alt)
      this.#saving = this.#saving.then(() => this.#save(item, alt.value.trim(), note));
    return this.#saving;
  }

  #altField(item: MediaItem): HTMLElement[] {
    const label = document.createElement('label');
    label.className = 'form-label';
    label.htmlFor = 'media-pick-alt';
    label.textContent = t('Alternative text');
    const alt = document.createElement('textarea');
    alt.id = 'media-pick-alt';
    alt.className = 'form-control form-control-sm';
    alt.rows = 3;
    alt.maxLength = 1000;
    alt.value = item.alt;
    alt.readOnly = !item.mayEdit;
    alt.setAttribute('aria-describedby', 'media-pick-alt-help');
    alt.addEventListener('change', () => void this.settled());
    const note = document.createElement('p');
    note.id = 'media-pick-alt-help';
    note.className = 'form-text';
    note.setAttribute('role', 'status');
    note.textContent = t('What the picture shows, for those who do not see it.');
    this.#alt = alt;
    this.#note = note;
    return [label, alt, note];
  }

  async #save(item: MediaItem, alt: string, note: HTMLElement): Promise<boolean> {
    const current = this.#item?.id === item.id ? this.#item : item;
    if (current.alt === alt) return true;
    try {
      const saved = await request<MediaItem>(`/admin/api/media/${item.id}`, {
        method: 'PATCH',
        json: { version: current.version, alt },
      });
      if (this.#item?.id === saved.id) this.#item = saved;
      this.#changed(saved);
      note.textContent = t('Saved.');
      return true;
    } catch (error) {
      const reason = error instanceof RequestError ? error.message : '';
      note.textContent = t('Not saved: {reason}', { reason: reason || t('the server does not answer') });
      return false;
    }
  }
}
