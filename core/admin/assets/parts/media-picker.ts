import { announce, openDialog, request, t } from 'galley/client';
import { labelOf, make } from './field-names.ts';
import { chosenIn, makePicked, type Picked, type PickerOption, pictureOf } from './picked.ts';
import { isMedia } from './picker.ts';

const WAIT_MS = 200;

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
  button.addEventListener('click', () => openLibrary(field, picked, isMany));
}

/** The window: a search and a grid. One picture closes it; where several may be chosen it stays. */
function openLibrary(field: HTMLElement, picked: Picked, isMany: boolean): void {
  const source = field.dataset['source'] ?? '';
  const search = make('input', 'form-control');
  search.type = 'search';
  search.placeholder = t('Look for…');
  search.setAttribute('aria-label', t('Look in the library'));
  const grid = make('div', 'media-grid');
  grid.setAttribute('role', 'group');
  grid.setAttribute('aria-label', t('Files'));
  const body = make('div', 'media-window');
  const upload = make('a', 'btn btn-sm btn-secondary', t('Upload in the library'));
  upload.href = '/admin/media';
  upload.target = '_blank';
  const head = make('div', 'media-head');
  head.append(search, upload);
  body.append(head, grid);
  const done = make('button', 'btn btn-primary', t('Done'));
  done.type = 'button';
  const dialog = openDialog({ title: labelOf(field), body, wide: true, ...(isMany ? { buttons: [done] } : {}) });
  done.addEventListener('click', () => dialog.close('done'));
  const choose = (option: PickerOption, tile: HTMLElement): void => {
    if (isMany && picked.values().includes(option.value)) {
      picked.remove(option.value);
      tile.setAttribute('aria-pressed', 'false');
      return;
    }
    if (!isMany) picked.clear();
    picked.add(option);
    announce(t('{label} was chosen.', { label: option.label }));
    if (isMany) tile.setAttribute('aria-pressed', 'true');
    else dialog.close('chosen');
  };
  const look = async (): Promise<void> => {
    try {
      const path = `${source}&search=${encodeURIComponent(search.value.trim())}`;
      const { items } = await request<{ items: PickerOption[] }>(path);
      const chosen = picked.values();
      grid.replaceChildren(...items.map((option) => tileOf(option, chosen.includes(option.value), choose)));
      if (items.length === 0) grid.append(make('p', 'quiet', t('No file is like that.')));
      announce(t('{count} found', { count: items.length }));
    } catch {
      grid.replaceChildren(make('p', 'error', t('The library does not answer. Try again.')));
    }
  };
  let timer = 0;
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void look(), WAIT_MS);
  });
  // What was uploaded in the other window is there when one comes back.
  const again = (): void => void look();
  window.addEventListener('focus', again);
  dialog.addEventListener('close', () => window.removeEventListener('focus', again));
  search.focus();
  void look();
}

function tileOf(
  option: PickerOption,
  isChosen: boolean,
  choose: (option: PickerOption, tile: HTMLElement) => void,
): HTMLElement {
  const tile = make('button', 'media-tile');
  tile.type = 'button';
  tile.setAttribute('aria-pressed', String(isChosen));
  tile.append(pictureOf(option), make('span', 'media-name', option.label));
  tile.addEventListener('click', () => choose(option, tile));
  return tile;
}
