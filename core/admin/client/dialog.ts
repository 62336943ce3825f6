import close from 'icon:x-lg';
import { icon } from './icon.ts';
import { t } from './page.ts';

/** A dialog to be filled. */
interface DialogContent {
  title: string;
  body: Node;
  /** Buttons at its foot, in order; the last one stands at the end. */
  buttons?: readonly HTMLButtonElement[];
  /** A wider one. */
  wide?: boolean;
}

/**
 * Opens a modal dialog: the focus goes into it, stays there, and goes back when it closes; Escape closes it.
 * `dialog.close(value)` closes it too, and `onClose` gets that value, or '' for Escape and ×.
 */
export function openDialog(
  content: DialogContent,
  onClose: (value: string) => void = () => undefined,
): HTMLDialogElement {
  const dialog = document.createElement('dialog');
  dialog.className = content.wide ? 'dialog is-wide' : 'dialog';
  const title = document.createElement('h2');
  title.id = `dialog-${crypto.randomUUID()}`;
  title.textContent = content.title;
  dialog.setAttribute('aria-labelledby', title.id);
  const cross = document.createElement('button');
  cross.type = 'button';
  cross.className = 'icon-button';
  cross.setAttribute('aria-label', t('Close'));
  cross.append(icon(close));
  cross.addEventListener('click', () => dialog.close(''));
  const head = document.createElement('div');
  head.className = 'dialog-head';
  head.append(title, cross);
  const body = document.createElement('div');
  body.className = 'dialog-body';
  body.append(content.body);
  dialog.append(head, body);
  if (content.buttons?.length) {
    const foot = document.createElement('div');
    foot.className = 'dialog-foot';
    foot.append(...content.buttons);
    dialog.append(foot);
  }
  dialog.addEventListener('close', () => {
    // The browser has given the focus back already; whoever has moved it since keeps it.
    dialog.remove();
    onClose(dialog.returnValue);
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** What is asked before something is done. */
interface Question {
  title: string;
  /** What happens, in numbers. */
  text: string;
  /** The words of the button that does it: what happens, never "OK". */
  confirm: string;
  isDanger?: boolean;
}

/** Asks before something is lost. Resolves to whether the person wants it. */
export function confirmDialog({ title, text, confirm, isDanger }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const body = document.createElement('p');
    body.textContent = text;
    const cancel = button(t('Cancel'), 'btn btn-secondary', () => dialog.close(''));
    const yes = button(confirm, isDanger ? 'btn btn-danger' : 'btn btn-primary', () => dialog.close('yes'));
    const dialog = openDialog({ title, body, buttons: [cancel, yes] }, (value) => resolve(value === 'yes'));
    cancel.focus();
  });
}

function button(label: string, className: string, press: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = className;
  made.textContent = label;
  made.addEventListener('click', press);
  return made;
}
