import { data, openDialog, t } from 'galley/client';
import { type Key, knownKeys } from '../../client/keys.ts';

const WAIT_MS = 1500;

interface Known {
  isOff: boolean;
  screen: { keys: string; label: string }[];
}

/** The keys of links and buttons: `data-key="g p"`. They are pressed as the pointer would. */
function keysOfPage(): Key[] {
  const found = new Map<string, Key>();
  for (const element of document.querySelectorAll<HTMLElement>('[data-key]')) {
    const keys = element.dataset['key'] ?? '';
    const label = element.dataset['keyLabel'] ?? element.getAttribute('aria-label') ?? element.title;
    if (!found.has(keys))
      found.set(keys, { keys, label: label || (element.textContent ?? '').trim(), press: () => element.click() });
  }
  return [...found.values()];
}

const allKeys = (): Key[] => [...keysOfPage(), ...knownKeys()];

/** Somebody who types means letters. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

/** Keys without Ctrl: those of the page, of its scripts, and `?` for the list of all. */
export function listenToKeys(): void {
  const known = data<Known>('keys') ?? { isOff: false, screen: [] };
  for (const button of document.querySelectorAll<HTMLElement>('[data-open-keys]')) {
    button.hidden = false;
    button.addEventListener('click', () => showKeys(known));
  }
  if (known.isOff) return;
  let first = '';
  let forget = 0;
  document.addEventListener('keydown', (event) => {
    const isTaken = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    if (isTaken || isTyping(event.target) || document.querySelector('dialog[open]')) return;
    const pressed = [`${first} ${event.key}`, event.key].map((keys) => keys.trim());
    const all = allKeys();
    const hit = pressed.map((keys) => all.find((key) => key.keys === keys)).find((key) => key !== undefined);
    clearTimeout(forget);
    first = !hit && all.some(({ keys }) => keys.startsWith(`${event.key} `)) ? event.key : '';
    if (first)
      forget = window.setTimeout(() => {
        first = '';
      }, WAIT_MS);
    if (hit || event.key === '?') event.preventDefault();
    if (hit) hit.press();
    else if (event.key === '?') showKeys(known);
  });
}

/** The list of keys of this screen. */
function showKeys({ isOff, screen }: Known): void {
  const always = [
    { keys: 'Ctrl K', label: t('Find anything') },
    { keys: 'Esc', label: t('Close what is open') },
  ];
  const single = [
    { keys: '?', label: t('Show the keys') },
    ...screen.map(({ keys, label }) => ({ keys, label })),
    ...allKeys(),
  ];
  const body = document.createElement('div');
  if (isOff) body.append(paragraph(t('Keys without Ctrl are switched off in your appearance.')));
  body.append(list([...always, ...(isOff ? [] : single)]));
  openDialog({ title: t('Keys of this screen'), body });
}

function paragraph(text: string): HTMLElement {
  const made = document.createElement('p');
  made.textContent = text;
  return made;
}

function list(keys: readonly { keys: string; label: string }[]): HTMLElement {
  const made = document.createElement('dl');
  made.className = 'key-list';
  for (const { keys: names, label } of keys) {
    const row = document.createElement('div');
    const term = document.createElement('dt');
    for (const part of names.split(' ')) {
      const cap = document.createElement('kbd');
      cap.textContent = part;
      term.append(cap);
    }
    const words = document.createElement('dd');
    words.textContent = label;
    row.append(term, words);
    made.append(row);
  }
  return made;
}
