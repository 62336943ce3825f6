import { t } from 'galley/client';
import { hideBanner, showBanner } from './banner.ts';
import { type Facts, readForm, subjectOf } from './facts.ts';
import { forgetLocally, type LocalCopy, localCopies } from './local-copies.ts';

/** Offers what only this browser has, after it crashed or was offline; forgets what is saved. */
export async function offerLocalCopies(form: HTMLFormElement, facts: Facts): Promise<void> {
  const shown = JSON.stringify(readForm(form));
  for (const copy of await localCopies(facts.userId)) {
    if (!isAbout(copy, facts) || copy.holder === facts.holder) continue;
    const isDone =
      facts.finished.includes(copy.holder) ||
      JSON.stringify(copy.form) === shown ||
      // The server has it: it offers it itself, or it was saved or discarded there.
      copy.isSent;
    if (isDone) await forgetLocally(copy.holder);
    else offer(form, copy);
  }
}

function isAbout(copy: LocalCopy, facts: Facts): boolean {
  if (facts.finished.includes(copy.holder)) return true;
  return facts.entryId === null ? copy.entryId === null && copy.type === facts.type : copy.subject === subjectOf(facts);
}

function offer(form: HTMLFormElement, copy: LocalCopy): void {
  const name = `copy-${copy.holder}`;
  const time = new Date(copy.at).toLocaleTimeString(document.documentElement.lang, { timeStyle: 'short' });
  const title = copy.form['title']?.[0] ?? '';
  showBanner(form, name, {
    kind: 'info',
    text: t('This browser kept text from {time} that was not saved: “{title}”.', { time, title }),
    actions: [
      { label: t('Restore'), press: () => void restore(form, copy) },
      {
        label: t('Discard'),
        press: () => {
          hideBanner(form, name);
          void forgetLocally(copy.holder);
        },
      },
    ],
  });
}

/** Opens the form with the text that was kept: the server builds it, so that rows and choices are all there. */
function restore(form: HTMLFormElement, copy: LocalCopy): void {
  const sender = document.createElement('form');
  sender.method = 'post';
  sender.action = form.action;
  sender.enctype = 'multipart/form-data';
  const add = (name: string, value: string): void => {
    const field = document.createElement('textarea');
    field.name = name;
    field.value = value;
    sender.append(field);
  };
  for (const [name, values] of Object.entries(copy.form)) for (const value of values) add(name, value);
  add('_token', form.querySelector<HTMLInputElement>('input[name="_token"]')?.value ?? '');
  add('version', String(copy.version));
  add('autosave.key', form.querySelector<HTMLInputElement>('input[name="autosave.key"]')?.value ?? '');
  add('autosave.holder', copy.holder);
  add('press', 'edit');
  sender.hidden = true;
  document.body.append(sender);
  sender.submit();
}
