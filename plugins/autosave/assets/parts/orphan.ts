import { RequestError, t } from 'galley/client';
import { hideBanner, showBanner } from './banner.ts';
import type { Facts } from './facts.ts';

/**
 * The entry of the form is gone, or is not this person's to edit any more: from now on its text is kept as that of a
 * new one. Returns whether that is why a request was refused.
 */
export function letGo(form: HTMLFormElement, facts: Facts, error: unknown): boolean {
  if (!(error instanceof RequestError) || facts.entryId === null) return false;
  const isDeleted = error.code === 'GALLEY_ENTRY_UNKNOWN';
  if (!isDeleted && error.code !== 'GALLEY_PERMISSION_DENIED') return false;
  facts.entryId = null;
  // The server may have kept the text under this name already, when the entry was deleted.
  facts.key = facts.holder;
  const field = form.querySelector<HTMLInputElement>('input[name="autosave.key"]');
  if (field) field.value = facts.key;
  hideBanner(form, 'lock');
  hideBanner(form, 'trash');
  showBanner(form, 'gone', {
    kind: 'warning',
    text: isDeleted
      ? t('This was deleted for good. What you typed is kept: save it, and it becomes a new one.')
      : t('You may not edit this any more. What you typed is kept: save it, and it becomes a new one.'),
  });
  return true;
}

/** Says that the entry is in the trash, for as long as it is. */
export function tellTrash(form: HTMLFormElement, isThrown: boolean): void {
  if (!isThrown) hideBanner(form, 'trash');
  else
    showBanner(form, 'trash', {
      kind: 'warning',
      text: t(
        'This was moved to the trash. What you type is kept: when you save, you choose whether it is restored or becomes a new one.',
      ),
    });
}
