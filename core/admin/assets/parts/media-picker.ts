import { openMediaPicker, t } from 'galley/client';
import { labelOf, make } from './field-names.ts';
import { chosenIn, makePicked, type Picked } from './picked.ts';
import { isMedia } from './picker.ts';

/** Pictures and files are chosen in a window that shows them. */
export function enhanceMedia(root: ParentNode): void {
  for (const field of root.querySelectorAll<HTMLElement>('.field[data-picker]'))
    if (isMedia(field) && !field.dataset['live']) setUp(field);
}

function setUp(field: HTMLElement): void {
  field.dataset['live'] = 'true';
  const isMany = field.dataset['many'] !== undefined;
  const button = make('button', 'btn btn-sm btn-secondary', t('Choose from the library'));
  button.type = 'button';
  button.setAttribute('aria-label', `${t('Choose from the library')}: ${labelOf(field)}`);
  const picked = makePicked(field.dataset['picker'] ?? '', {
    isMany,
    hasPictures: true,
    focusAfter: () => button.focus(),
  });
  for (const option of chosenIn(field)) picked.add(option);
  field.querySelector('.picker-search')?.remove();
  field.querySelector('.choices')?.replaceWith(picked.element, button);
  button.addEventListener('click', () => void choose(field, picked, isMany));
}

/** The window of the library, with uploads. What is chosen is added, or takes the place of the one there was. */
async function choose(field: HTMLElement, picked: Picked, many: boolean): Promise<void> {
  const isPicture = field.dataset['source']?.includes('accept=image') ?? false;
  const items = await openMediaPicker({
    many,
    title: labelOf(field),
    ...(isPicture ? { accept: 'image' as const } : {}),
  });
  if (items.length > 0 && !many) picked.clear();
  const chosen = picked.values();
  for (const { id, title, name, thumb, kind } of items)
    if (!chosen.includes(String(id)))
      picked.add({ value: String(id), label: title || name, note: kind, ...(thumb ? { picture: thumb } : {}) });
}
