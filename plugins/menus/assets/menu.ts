// The screen of a menu with pointer and keys. All of it works as a form without this.
import { arrange, request, t, undoButton } from 'galley/client';

interface Offer {
  id: number | string;
  title: string;
  kind: string;
}

const MAX_DEPTH = 6;
const WAIT_MS = 250;

function arrangeItems(list: HTMLElement): void {
  for (const item of list.children) if (item instanceof HTMLElement) prepare(item);
  const arranged = arrange({
    lists: [list],
    maxDepth: MAX_DEPTH,
    tools: (item) => item.querySelector<HTMLElement>('.menu-item-head') ?? item,
    changed: (items) => {
      for (const [index, { element, id, parent }] of items.entries()) {
        fill(element, `item.${id}.order`, String(index + 1));
        fill(element, `item.${id}.parent`, parent);
      }
      list.dispatchEvent(new Event('input', { bubbles: true }));
    },
  });
  document.getElementById('menu-save')?.append(undoButton(arranged));
}

/** Position and parent follow from where an item stands, so their controls go out of sight. */
function prepare(item: HTMLElement): void {
  const { id } = item.dataset;
  const select = item.querySelector<HTMLSelectElement>(`[name="item.${id}.parent"]`);
  const hidden = document.createElement('input');
  hidden.type = 'hidden';
  hidden.name = `item.${id}.parent`;
  hidden.value = select?.value ?? '';
  select?.closest('label')?.replaceWith(hidden);
  const order = item.querySelector<HTMLInputElement>(`[name="item.${id}.order"]`);
  if (!order) return;
  const place = order.cloneNode() as HTMLInputElement;
  place.type = 'hidden';
  order.closest('label')?.replaceWith(place);
  item.querySelector<HTMLInputElement>(`[name="item.${id}.remove"]`)?.addEventListener('change', (event) => {
    item.classList.toggle('is-removed', event.target instanceof HTMLInputElement && event.target.checked);
  });
  item.querySelector<HTMLInputElement>(`[name="item.${id}.title"]`)?.addEventListener('input', (event) => {
    const name = item.querySelector('.menu-item-name');
    if (name && event.target instanceof HTMLInputElement && event.target.value.trim() !== '')
      name.textContent = event.target.value;
  });
}

function fill(element: HTMLElement, name: string, value: string): void {
  const control = element.querySelector<HTMLInputElement>(`[name="${name}"]`);
  if (control) control.value = value;
}

/** Finds what to add while one types, keeping what is ticked. */
function searchWhileTyping(input: HTMLInputElement): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked: AbortController | undefined;
  input.addEventListener('input', (event) => {
    event.stopPropagation();
    clearTimeout(timer);
    timer = setTimeout(async () => {
      asked?.abort();
      asked = new AbortController();
      const path = `/admin/menus/offers?search=${encodeURIComponent(input.value)}`;
      const found = await request<Record<string, Offer[]>>(path, { signal: asked.signal }).catch(() => undefined);
      if (found) for (const [name, offers] of Object.entries(found)) showOffers(name, offers);
    }, WAIT_MS);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault();
  });
}

function showOffers(name: string, offers: readonly Offer[]): void {
  const box = document.querySelector<HTMLElement>(`[data-offers="${name}"]`);
  if (!box) return;
  const kept = [...box.querySelectorAll<HTMLInputElement>('input:checked')];
  const ticked = new Set(kept.map(({ value }) => value));
  const rows = offers.filter(({ id }) => !ticked.has(String(id))).map((offer) => row(name, offer));
  const empty = document.createElement('p');
  empty.className = 'quiet';
  empty.textContent = t('Nothing found.');
  const old = kept.flatMap((input) => input.closest('.form-check') ?? []);
  box.replaceChildren(...old, ...(rows.length + old.length > 0 ? rows : [empty]));
}

function row(name: string, { id, title, kind }: Offer): HTMLElement {
  const element = document.createElement('div');
  element.className = 'form-check';
  const input = document.createElement('input');
  input.className = 'form-check-input';
  input.type = 'checkbox';
  input.name = name;
  input.value = String(id);
  input.id = `${name}-${id}`;
  const label = document.createElement('label');
  label.className = 'form-check-label';
  label.htmlFor = input.id;
  const small = document.createElement('small');
  small.textContent = kind;
  label.append(`${title} `, small);
  element.append(input, label);
  return element;
}

const list = document.querySelector<HTMLElement>('.menu-items');
if (list) arrangeItems(list);
const search = document.querySelector<HTMLInputElement>('#menu-search');
if (search) searchWhileTyping(search);
