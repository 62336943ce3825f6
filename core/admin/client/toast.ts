import close from 'icon:x-lg';
import { icon } from './icon.ts';
import { t } from './page.ts';

/** Something that is said while one goes on working. */
export interface Toast {
  text: string;
  kind?: 'success' | 'info' | 'warning' | 'danger';
  /** A button, such as one that takes back what was done. */
  action?: { label: string; press(): void };
  /** Milliseconds until it goes; one with an action stays longer. 0: it stays. */
  life?: number;
}

const LIFE_MS = 6000;
const LIFE_WITH_ACTION_MS = 15_000;

/** Shows a message in the corner, read out to screen readers. Returns a function that takes it away. */
export function toast({ text, kind = 'info', action, life }: Toast): () => void {
  const element = document.createElement('div');
  element.className = `toast-note notice-${kind}`;
  const words = document.createElement('p');
  words.textContent = text;
  element.append(words);
  const remove = (): void => element.remove();
  if (action) {
    const press = document.createElement('button');
    press.type = 'button';
    press.className = 'btn btn-link';
    press.textContent = action.label;
    press.addEventListener('click', () => {
      remove();
      action.press();
    });
    element.append(press);
  }
  const cross = document.createElement('button');
  cross.type = 'button';
  cross.className = 'icon-button';
  cross.setAttribute('aria-label', t('Close'));
  cross.append(icon(close));
  cross.addEventListener('click', remove);
  element.append(cross);
  stack().append(element);
  const time = life ?? (action ? LIFE_WITH_ACTION_MS : LIFE_MS);
  if (time > 0) leaveAfter(element, time);
  return remove;
}

/** It does not go while somebody reads it with the pointer or the focus on it. */
function leaveAfter(element: HTMLElement, time: number): void {
  const timer = setInterval(() => {
    if (element.matches(':hover, :focus-within')) return;
    clearInterval(timer);
    element.remove();
  }, time);
}

function stack(): HTMLElement {
  const found = document.querySelector<HTMLElement>('.toasts');
  if (found) return found;
  const made = document.createElement('div');
  made.className = 'toasts';
  made.setAttribute('role', 'status');
  document.body.append(made);
  return made;
}
