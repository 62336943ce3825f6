import { request } from 'galley/client';
import { foldable } from './fold.ts';

interface Item {
  label: string;
  url: string;
  isMain?: boolean;
  script?: string;
}

interface Bar {
  label: string;
  hide: string;
  show: string;
  more: string;
  language: string;
  items: Item[];
  banners: { text: string; link?: Item }[];
}

const HIDDEN = 'galley-bar-hidden';

/** Asks what the person may do here, and shows it; nothing where the session is over (its cookie of hint ends with it). */
export async function showBar(): Promise<void> {
  const script = document.getElementById('galley-bar');
  const entry = script?.dataset['entry'] ?? '0';
  const bar = await request<Bar>(`/admin/api/bar?entry=${entry}`).catch(() => undefined);
  if (!bar) return;
  const host = document.createElement('div');
  host.lang = bar.language;
  host.dir = /^(ar|fa|he|ur|ps)\b/.test(bar.language) ? 'rtl' : 'ltr';
  // Styles of the theme stay out, and its own stay in.
  const root = host.attachShadow({ mode: 'open' });
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = script?.dataset['style'] ?? '';
  const nav = navigation(bar);
  nav.hidden = true;
  // Without its styles it would flash as a list.
  style.addEventListener('load', () => {
    nav.hidden = false;
    nav.dispatchEvent(new Event('galley:fit'));
  });
  root.append(style, nav);
  document.body.append(host);
}

function navigation(bar: Bar): HTMLElement {
  const nav = document.createElement('nav');
  nav.setAttribute('aria-label', bar.label);
  for (const { text, link: way } of bar.banners) {
    const banner = document.createElement('p');
    banner.className = 'banner';
    banner.append(text, ...(way ? [' ', link(way)] : []));
    nav.append(banner);
  }
  const list = document.createElement('ul');
  list.id = 'items';
  for (const item of bar.items) {
    const element = document.createElement('li');
    element.append(link(item));
    list.append(element);
  }
  const more = foldable(nav, list, bar.more);
  nav.append(list, more, toggle(bar, nav, [list, more]));
  return nav;
}

function link({ label, url, isMain, script }: Item): HTMLAnchorElement {
  const made = document.createElement('a');
  made.href = url;
  made.textContent = label;
  if (isMain) made.className = 'main';
  if (script) made.addEventListener('click', (event) => void choose(event, { url, script, from: made }));
  return made;
}

/** Lets the script of a link do its work; follows the link where it does not. */
async function choose(
  event: MouseEvent,
  { script, ...detail }: { url: string; script: string; from: HTMLElement },
): Promise<void> {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const more = detail.from.closest('details');
  if (more) {
    more.open = false;
    detail.from = more.querySelector('summary') ?? detail.from;
  }
  await import(script).catch(() => undefined);
  const isLeft = document.dispatchEvent(new CustomEvent('galley:bar-item', { detail, cancelable: true }));
  if (isLeft) location.assign(detail.url);
}

/** The bar can be folded away; this browser remembers it. */
function toggle({ hide, show }: Bar, nav: HTMLElement, parts: readonly HTMLElement[]): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.setAttribute('aria-controls', parts.map(({ id }) => id).join(' '));
  const set = (isHidden: boolean): void => {
    for (const part of parts) part.hidden = isHidden;
    button.setAttribute('aria-expanded', String(!isHidden));
    button.setAttribute('aria-label', isHidden ? show : hide);
    button.textContent = isHidden ? 'G' : '×';
  };
  set(read());
  button.addEventListener('click', () => {
    const isHidden = !parts[0]?.hidden;
    set(isHidden);
    keep(isHidden);
    nav.dispatchEvent(new Event('galley:fit'));
  });
  return button;
}

function read(): boolean {
  try {
    return localStorage.getItem(HIDDEN) === '1';
  } catch {
    return false;
  }
}

function keep(isHidden: boolean): void {
  try {
    localStorage.setItem(HIDDEN, isHidden ? '1' : '0');
  } catch {
    // Then it comes back on the next page.
  }
}
