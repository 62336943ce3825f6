// Opens what only a script can show.
import { open as openDialog } from './parts/dialog.ts';
import { open as openToast } from './parts/toast.ts';

const PIECES: Readonly<Record<string, () => void>> = { dialog: openDialog, toast: openToast };

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-piece]'))
  button.addEventListener('click', () => PIECES[button.dataset['piece'] ?? '']?.());
