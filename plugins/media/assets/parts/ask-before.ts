import { confirmDialog, t } from 'galley/client';

/** Buttons with `data-sure` ask first, with the number of files that are ticked. */
export function askBefore(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-sure]')) {
    button.addEventListener('click', (event) => {
      if (button.dataset['isSure'] || !button.form) return;
      const count = button.form.querySelectorAll('input[name="ids"]:checked').length;
      if (count === 0) return;
      event.preventDefault();
      void confirmDialog({
        title: t('Delete for good?'),
        text: t(
          '{count} files and all their copies are deleted. This cannot be undone.',
          { count },
          {
            one: '{count} file and all its copies are deleted. This cannot be undone.',
          },
        ),
        confirm: button.dataset['sure'] ?? '',
        isDanger: true,
      }).then((isSure) => {
        if (!isSure) return;
        button.dataset['isSure'] = '1';
        button.click();
      });
    });
  }
}
