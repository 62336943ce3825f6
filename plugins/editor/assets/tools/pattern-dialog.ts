import { openDialog, t } from 'galley/client';
import { box, button, newId, text } from '../parts/elements.ts';

/** How blocks are to be kept. */
interface PatternAnswer {
  title: string;
  synced: boolean;
}

/** Asks what the pattern is called, and whether all its places show the same. Undefined where the dialog was left. */
export function askForPattern(): Promise<PatternAnswer | undefined> {
  return new Promise((resolve) => {
    const name = document.createElement('input');
    name.id = newId('name');
    name.className = 'form-control';
    name.required = true;
    name.maxLength = 200;
    name.autocomplete = 'off';
    const label = text('label', t('Name'), 'form-label');
    label.setAttribute('for', name.id);
    const synced = document.createElement('input');
    synced.type = 'checkbox';
    synced.id = newId('synced');
    synced.className = 'form-check-input';
    synced.checked = true;
    const words = text('label', t('Synced: all places stay the same'), 'form-check-label');
    words.setAttribute('for', synced.id);
    const help = text(
      'div',
      t('A change of the pattern then shows wherever it stands. Otherwise its blocks are copied.'),
      'form-text',
    );
    help.id = newId('help');
    synced.setAttribute('aria-describedby', help.id);
    const take = (): void => {
      if (name.value.trim() === '') name.reportValidity();
      else dialog.close('make');
    };
    name.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      take();
    });
    const cancel = t('Cancel');
    const apply = t('Make a pattern');
    const dialog = openDialog(
      {
        title: t('Make a pattern'),
        body: box('ge-source', box('field', label, name), box('form-check', synced, words, help)),
        buttons: [
          button({ title: cancel, label: cancel, className: 'btn btn-secondary', press: () => dialog.close('') }),
          button({ title: apply, label: apply, className: 'btn btn-primary', press: take }),
        ],
      },
      (value) => resolve(value === 'make' ? { title: name.value.trim(), synced: synced.checked } : undefined),
    );
    name.focus();
  });
}
