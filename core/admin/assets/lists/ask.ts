import { openDialog, t } from 'galley/client';
import type { TableFacts } from '../../client/table-types.ts';
import { make } from './nodes.ts';

/** What is asked before something is done with many. */
interface Question {
  title: string;
  text: string;
  /** The words of the button that does it. */
  confirm: string;
}

/** Asks for the text that something is done with. Undefined where the person wants none of it; an empty text is one. */
export function askForText(
  { title, text, confirm }: Question,
  { label, maxLength, isLong }: TableFacts['asks'][string],
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const form = make('form', 'ask');
    const field = make('div', 'field');
    const words = make('label', 'form-label');
    const control = isLong ? make('textarea', 'form-control') : make('input', 'form-control');
    const note = make('p', 'quiet');
    control.id = 'asked-text';
    control.dir = 'auto';
    control.maxLength = maxLength;
    words.htmlFor = control.id;
    words.textContent = label;
    note.textContent = text;
    field.append(words, control);
    form.append(note, field);
    form.id = 'asked-form';
    const cancel = make('button', 'btn btn-secondary');
    cancel.type = 'button';
    cancel.textContent = t('Cancel');
    const yes = make('button', 'btn btn-primary');
    yes.setAttribute('form', form.id);
    yes.textContent = confirm;
    const dialog = openDialog({ title, body: form, buttons: [cancel, yes] }, (value) =>
      resolve(value === 'yes' ? control.value : undefined),
    );
    cancel.addEventListener('click', () => dialog.close(''));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      dialog.close('yes');
    });
    control.focus();
  });
}
