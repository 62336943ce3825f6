// The pictures in the fields of an entry's form: the featured one, and those of the type's own fields.
import { type MediaItem, request, t } from 'galley/client';
import { editorData } from '../parts/catalog.ts';
import type { Finding } from './checks.ts';

const PICTURES = '.field[data-picker][data-kind="media"]';
const MOST = 50;

interface Chosen {
  field: HTMLElement;
  id: number;
}

function chosenIn(form: HTMLFormElement): Chosen[] {
  return [...form.querySelectorAll<HTMLElement>(PICTURES)].flatMap((field) =>
    [...field.querySelectorAll<HTMLInputElement>('.picked > li > input, .choices input:checked')]
      .map(({ value }) => ({ field, id: Number(value) }))
      .filter(({ id }) => Number.isSafeInteger(id) && id > 0),
  );
}

/** What the field is called: the box around it says more than its own label. */
function nameOf(field: HTMLElement): string {
  const own = field.querySelector(':scope > .form-label, :scope > legend')?.firstChild?.textContent?.trim() ?? '';
  const box = field.closest('details')?.querySelector('summary')?.textContent?.trim();
  return field.dataset['picker'] === 'featuredId' && box ? box : own;
}

/** Pictures of fields that have no alternative text. Where the library does not answer, nothing is said of them. */
export async function checkFields(form: HTMLFormElement): Promise<Finding[]> {
  const chosen = editorData().library ? chosenIn(form) : [];
  const ids = [...new Set(chosen.map(({ id }) => id))].slice(0, MOST);
  if (ids.length === 0) return [];
  const { items } = await request<{ items: MediaItem[] }>(`/admin/api/media?ids=${ids.join(',')}`);
  const silent = new Set(
    items.filter(({ family, alt }) => family === 'image' && alt.trim() === '').map(({ id }) => id),
  );
  return chosen
    .filter(({ id }) => silent.has(id))
    .map(({ field }) => ({
      position: -1,
      field,
      kind: 'alt-missing',
      words: t('{field}: a picture without alternative text.', { field: nameOf(field) }),
    }));
}

/** Goes to a field, wherever it is folded away. */
export function goToField(field: HTMLElement): void {
  for (let box = field.closest('details'); box; box = box.parentElement?.closest('details') ?? null) box.open = true;
  field.closest('.entry-side')?.dispatchEvent(new CustomEvent('galley:editor-entry', { bubbles: true }));
  field.scrollIntoView({ block: 'center' });
  field.querySelector<HTMLElement>('button:not(.picked-remove)')?.focus();
}
