import file from 'icon:file-earmark';
import grip from 'icon:grip-vertical';
import cross from 'icon:x-lg';
import { icon, t } from 'galley/client';
import { make, tellChange } from './field-names.ts';
import { makeMovable } from './reorder.ts';

/** Something that a field may lead to, as the server tells it. */
export interface PickerOption {
  value: string;
  label: string;
  note: string;
  picture?: string;
}

/** What is chosen in a picker: a list of names that can be moved and removed, each with what is sent. */
export interface Picked {
  element: HTMLElement;
  values(): string[];
  add(option: PickerOption): void;
  remove(value: string): void;
  clear(): void;
}

/** Makes the list of what is chosen. `onEmpty` gets the focus when the last one is removed. */
export function makePicked(
  name: string,
  { isMany, hasPictures, focusAfter }: { isMany: boolean; hasPictures: boolean; focusAfter(): void },
): Picked {
  const element = make('ul', hasPictures ? 'picked has-pictures' : 'picked');
  const items = (): HTMLElement[] => [...element.querySelectorAll<HTMLElement>(':scope > li')];
  const remove = (value: string): void => {
    const all = items();
    const item = all.find(({ dataset }) => dataset['value'] === value);
    const next = item && (all[all.indexOf(item) + 1] ?? all[all.indexOf(item) - 1]);
    const hadFocus = item?.contains(document.activeElement);
    item?.remove();
    tellChange(element);
    if (!hadFocus) return;
    const button = next?.querySelector<HTMLElement>('.picked-remove');
    if (button) button.focus();
    else focusAfter();
  };
  return {
    element,
    remove,
    values: () => items().map(({ dataset }) => dataset['value'] ?? ''),
    clear: () => element.replaceChildren(),
    add(option) {
      element.append(itemOf(name, option, { isMany, hasPictures, remove }));
      tellChange(element);
    },
  };
}

function itemOf(
  name: string,
  option: PickerOption,
  { isMany, hasPictures, remove }: { isMany: boolean; hasPictures: boolean; remove(value: string): void },
): HTMLElement {
  const item = make('li');
  item.dataset['value'] = option.value;
  const sent = make('input');
  sent.type = 'hidden';
  sent.name = name;
  sent.value = option.value;
  item.append(sent);
  if (isMany) {
    const handle = make('button', 'icon-button grip');
    handle.type = 'button';
    handle.append(icon(grip));
    handle.setAttribute('aria-label', t('Move {label}: drag, or press the arrow keys', { label: option.label }));
    item.append(handle);
    makeMovable({ item, handle, label: () => option.label, onMove: () => undefined });
  }
  if (hasPictures) item.append(pictureOf(option));
  const words = make('span', 'picked-label', option.label);
  if (option.note) words.append(' ', make('small', '', option.note));
  const away = make('button', 'icon-button picked-remove');
  away.type = 'button';
  away.append(icon(cross));
  away.setAttribute('aria-label', t('Remove {label}', { label: option.label }));
  away.addEventListener('click', () => remove(option.value));
  item.append(words, away);
  return item;
}

/** The small picture of a file, or an icon in its place. */
function pictureOf({ picture }: PickerOption): HTMLElement {
  if (!picture) {
    const box = make('span', 'picked-picture');
    box.append(icon(file));
    return box;
  }
  const image = make('img', 'picked-picture');
  image.src = picture;
  image.alt = '';
  return image;
}

/** What is ticked in the plain list of a picker. */
export function chosenIn(field: HTMLElement): PickerOption[] {
  return [...field.querySelectorAll<HTMLInputElement>('.choices input:checked')].flatMap((input) => {
    const label = field.querySelector(`label[for="${input.id}"]`);
    const note = label?.querySelector('small')?.textContent ?? '';
    const text = (label?.firstChild?.textContent ?? '').trim();
    const { picture } = input.dataset;
    return input.value === '' ? [] : [{ value: input.value, label: text, note, ...(picture ? { picture } : {}) }];
  });
}
