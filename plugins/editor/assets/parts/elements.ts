// Elements of the editor's tools, made without HTML strings.
import { icon } from 'galley/client';

/** A button of the tools. */
interface ButtonParts {
  title: string;
  /** The text of an icon; without it the title shows. */
  icon?: string;
  /** The words beside the icon. */
  label?: string;
  keys?: string;
  className?: string;
  press(button: HTMLButtonElement): void;
}

/** A button that says what it does. */
export function button({ title, icon: image, label, keys, className, press }: ButtonParts): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = className ?? 'ge-tool';
  made.title = keys ? `${title} (${keys})` : title;
  if (image) made.append(icon(image));
  if (label !== undefined) made.append(text('span', label));
  else made.setAttribute('aria-label', title);
  // The selection in the text stays while a tool is pressed by the pointer.
  made.addEventListener('mousedown', (event) => event.preventDefault());
  made.addEventListener('click', () => press(made));
  return made;
}

/** An element with words. */
export function text(name: string, words: string, className = ''): HTMLElement {
  const made = document.createElement(name);
  made.textContent = words;
  if (className) made.className = className;
  return made;
}

/** An element with children. */
export function box(className: string, ...children: (Node | string)[]): HTMLDivElement {
  const made = document.createElement('div');
  made.className = className;
  made.append(...children);
  return made;
}

let count = 0;

/** An id that no other element has. */
export const newId = (prefix: string): string => `ge-${prefix}-${++count}`;

/** The keys as this machine writes them. */
export function keysOf(keys: string): string {
  const isMac = /mac|iphone|ipad/i.test(navigator.platform);
  return keys.replace('Mod', isMac ? '⌘' : 'Ctrl');
}

/** Where floating parts stand: within the main part of the page, so that they belong to it for who moves by landmarks. */
export const floats = (): Element => document.querySelector('main') ?? document.body;
