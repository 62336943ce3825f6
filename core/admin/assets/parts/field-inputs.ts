import { t } from 'galley/client';
import { make, tellChange } from './field-names.ts';

/** Slugs that follow the title, colours with the machine's own picker, JSON that is looked at at once. */
export function enhanceInputs(root: ParentNode): void {
  const find = (kind: string): NodeListOf<HTMLInputElement> =>
    root.querySelectorAll<HTMLInputElement>(`[data-kind="${kind}"] > :is(input, textarea).form-control`);
  for (const input of find('slug')) followTitle(input);
  for (const input of find('color')) addColourPicker(input);
  for (const input of find('json')) checkJson(input);
}

/** So long a press of a button may take. */
const NOTE_AFTER_MS = 300;

/** Letters and digits in small, with single dashes between: what the server would make of a title. */
function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

function followTitle(input: HTMLInputElement): void {
  const title = input.form?.elements.namedItem('title');
  if (!(title instanceof HTMLInputElement)) return;
  // One that was written by hand stays as it is.
  let isOwn = input.value !== '' && input.value !== slugOf(title.value);
  input.addEventListener('input', (event) => {
    if (event.isTrusted) isOwn = input.value !== '';
  });
  title.addEventListener('input', () => {
    if (isOwn) return;
    input.value = slugOf(title.value);
    tellChange(input);
  });
}

function addColourPicker(input: HTMLInputElement): void {
  const picker = make('input', 'form-control form-control-color');
  picker.type = 'color';
  picker.setAttribute('aria-label', t('Choose a colour'));
  const group = make('div', 'input-group colour-field');
  input.before(group);
  group.append(picker, input);
  const show = (): void => {
    const long = /^#[0-9a-f]{6}/i.exec(input.value)?.[0];
    const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(input.value);
    picker.value =
      long ??
      (short
        ? `#${short
            .slice(1)
            .map((digit) => digit.repeat(2))
            .join('')}`
        : '#888888');
  };
  show();
  input.addEventListener('input', show);
  picker.addEventListener('input', () => {
    input.value = picker.value;
  });
}

function checkJson(area: HTMLInputElement): void {
  const note = make('p', 'form-text field-note');
  note.setAttribute('role', 'status');
  area.after(note);
  const check = (): void => {
    note.classList.remove('error');
    note.textContent = '';
    if (area.value.trim() === '') return;
    try {
      area.value = JSON.stringify(JSON.parse(area.value), null, 2);
    } catch (error) {
      note.classList.add('error');
      note.textContent = t('This is no JSON: {reason}', { reason: error instanceof Error ? error.message : '' });
    }
  };
  // Not while a button is pressed that the note would move away from under the pointer.
  area.addEventListener('change', () => window.setTimeout(check, NOTE_AFTER_MS));
}
