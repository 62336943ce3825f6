import type { Editor } from '@tiptap/core';
import { t } from 'galley/client';
import { box, floats } from './elements.ts';
import { putIn } from './inserts.ts';
import { placeUnder } from './menu.ts';
import { makePicker } from './picker.ts';

let close: (() => void) | undefined;

/** Opens the list of blocks at a button, with a field to find one. What is chosen comes after the block with the cursor. */
export function openInserter(editor: Editor, opener: HTMLElement): void {
  if (close) {
    close();
    return;
  }
  const field = document.createElement('input');
  field.type = 'search';
  field.className = 'form-control';
  field.placeholder = t('Find a block');
  field.setAttribute('aria-label', t('Find a block'));
  field.setAttribute('role', 'combobox');
  field.setAttribute('aria-expanded', 'true');
  field.setAttribute('aria-autocomplete', 'list');
  const picker = makePicker(
    (insert) => {
      close?.();
      putIn(editor, insert);
    },
    () => describe(),
  );
  field.setAttribute('aria-controls', picker.element.id);
  const panel = box('ge-inserter', field, picker.element);
  const describe = (): void => field.setAttribute('aria-activedescendant', picker.activeId() ?? '');
  const leave = (event: Event): void => {
    if (event.target instanceof Node && !panel.contains(event.target) && !opener.contains(event.target)) close?.();
  };
  close = () => {
    panel.remove();
    document.removeEventListener('pointerdown', leave, true);
    opener.setAttribute('aria-expanded', 'false');
    close = undefined;
  };
  field.addEventListener('input', () => {
    picker.search(field.value);
    describe();
  });
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' || event.key === 'Tab') {
      close?.();
      opener.focus();
    } else if (!picker.handle(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    describe();
  });
  floats().append(panel);
  picker.search('');
  describe();
  placeUnder(panel, opener.getBoundingClientRect());
  opener.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', leave, true);
  field.focus();
}
