import { icon } from 'galley/client';
import { box, button, floats, newId, text } from './elements.ts';

/** One thing to choose. */
export interface MenuItem {
  label: string;
  icon?: string;
  keys?: string;
  isDanger?: boolean;
  /** It only says something, and cannot be chosen. */
  isIdle?: boolean;
  run(): void;
}

/** Items under a heading. */
export interface MenuGroup {
  title?: string;
  items: readonly MenuItem[];
}

let closeOpen: (() => void) | undefined;

/** Puts a floating element under (or above) another one, inside the window. */
export function placeUnder(
  element: HTMLElement,
  anchor: { left: number; right: number; top: number; bottom: number },
): void {
  element.style.maxHeight = '';
  const { offsetWidth: width, offsetHeight: height } = element;
  const isRtl = getComputedStyle(element).direction === 'rtl';
  const left = isRtl ? anchor.right - width : anchor.left;
  const [above, below] = [anchor.top - 12, innerHeight - anchor.bottom - 12];
  // Where it fits on neither side, it scrolls on the larger one.
  const isBelow = height <= below || (height > above && below >= above);
  const room = isBelow ? below : above;
  if (height > room) element.style.maxHeight = `${room}px`;
  element.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  element.style.top = `${isBelow ? anchor.bottom + 4 : Math.max(8, anchor.top - Math.min(height, room) - 4)}px`;
}

/**
 * A button that opens a menu: arrows, Home and End move in it, Escape closes it and goes back to the button.
 *
 * @param groups asked each time it opens
 */
export function menuButton(
  parts: { title: string; icon?: string; label?: string; className?: string },
  groups: () => readonly MenuGroup[],
): HTMLButtonElement {
  const opener = button({
    ...parts,
    press: (own) => {
      if (own.getAttribute('aria-expanded') === 'true') closeOpen?.();
      else openMenu(own, parts.title, groups());
    },
  });
  opener.setAttribute('aria-haspopup', 'menu');
  opener.setAttribute('aria-expanded', 'false');
  return opener;
}

function openMenu(opener: HTMLButtonElement, title: string, groups: readonly MenuGroup[]): void {
  closeOpen?.();
  const menu = box('ge-menu');
  menu.setAttribute('role', 'menu');
  menu.setAttribute('aria-label', title);
  const close = (isBack = false): void => {
    menu.remove();
    opener.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', leave, true);
    closeOpen = undefined;
    if (isBack) opener.focus();
  };
  const leave = (event: Event): void => {
    if (event.target instanceof Node && !menu.contains(event.target) && !opener.contains(event.target)) close();
  };
  menu.append(...groups.filter(({ items }) => items.length > 0).map((group) => groupOf(group, close)));
  floats().append(menu);
  opener.setAttribute('aria-expanded', 'true');
  placeUnder(menu, opener.getBoundingClientRect());
  document.addEventListener('pointerdown', leave, true);
  menu.addEventListener('keydown', (event) => moveIn(menu, event, close));
  menu.addEventListener('focusout', (event) => {
    if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) close();
  });
  closeOpen = close;
  menu.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
}

function groupOf({ title, items }: MenuGroup, close: (isBack?: boolean) => void): HTMLElement {
  const group = box('ge-menu-group');
  group.setAttribute('role', 'group');
  if (title) {
    const head = text('p', title, 'ge-menu-title');
    head.id = newId('group');
    group.setAttribute('aria-labelledby', head.id);
    group.append(head);
  }
  for (const { label, icon: image, keys, isDanger, isIdle, run } of items) {
    const item = document.createElement('button');
    item.type = 'button';
    item.className = isDanger ? 'ge-menu-item is-danger' : 'ge-menu-item';
    item.setAttribute('role', 'menuitem');
    if (isIdle) item.setAttribute('aria-disabled', 'true');
    item.tabIndex = -1;
    if (image) item.append(icon(image));
    item.append(text('span', label));
    if (keys) item.append(text('kbd', keys));
    item.addEventListener('click', () => {
      if (isIdle) return;
      close();
      run();
    });
    group.append(item);
  }
  return group;
}

function moveIn(menu: HTMLElement, event: KeyboardEvent, close: (isBack?: boolean) => void): void {
  const items = [...menu.querySelectorAll<HTMLElement>('[role="menuitem"]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  if (event.key === 'Escape' || event.key === 'Tab') close(event.key === 'Escape');
  const next = to[event.key];
  if (next === undefined && event.key !== 'Escape') return;
  event.preventDefault();
  event.stopPropagation();
  if (next !== undefined) items[next]?.focus();
}
