// Widgets by pointer and keys, within their areas and between them. All of it works as a form without this.
import { arrange, undoButton } from 'galley/client';

const lists = [...document.querySelectorAll<HTMLElement>('.widget-list')];

/** Area and position follow from where a widget stands, so their controls go out of sight. */
function prepare(item: HTMLElement): void {
  const place = item.querySelector('.widget-place');
  for (const control of [...(place?.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[name]') ?? [])]) {
    const hidden = document.createElement('input');
    hidden.type = 'hidden';
    hidden.name = control.name;
    hidden.value = control.value;
    item.append(hidden);
  }
  place?.remove();
  item.querySelector<HTMLInputElement>('[name$=".remove"]')?.addEventListener('change', ({ target }) => {
    item.classList.toggle('is-removed', target instanceof HTMLInputElement && target.checked);
  });
}

function fill(element: HTMLElement, name: string, value: string): void {
  const control = element.querySelector<HTMLInputElement>(`[name="${name}"]`);
  if (control) control.value = value;
}

if (lists.length > 0) {
  for (const list of lists) for (const item of list.children) if (item instanceof HTMLElement) prepare(item);
  const arranged = arrange({
    lists,
    tools: (item) => item.querySelector<HTMLElement>('.menu-item-head') ?? item,
    changed: (items) => {
      for (const [index, { element, id, list }] of items.entries()) {
        fill(element, `w.${id}.order`, String(index + 1));
        fill(element, `w.${id}.area`, list);
      }
      lists[0]?.dispatchEvent(new Event('input', { bubbles: true }));
    },
  });
  document.getElementById('widget-save')?.append(undoButton(arranged));
}
