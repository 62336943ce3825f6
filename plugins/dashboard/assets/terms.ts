// The order and the tree of terms by pointer and keys. All of it works as a form without this.
import { arrange, undoButton } from 'galley/client';

const MAX_DEPTH = 8;
const list = document.querySelector<HTMLElement>('[data-list="terms"]');

/** Position and parent follow from where a term stands, so their controls go out of sight. */
function prepare(item: HTMLElement): void {
  const place = item.querySelector('.term-place');
  for (const control of [...(place?.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[name]') ?? [])]) {
    const hidden = document.createElement('input');
    hidden.type = 'hidden';
    hidden.name = control.name;
    hidden.value = control.value;
    item.append(hidden);
  }
  place?.remove();
}

function fill(element: HTMLElement, name: string, value: string): void {
  const control = element.querySelector<HTMLInputElement>(`[name="${name}"]`);
  if (control) control.value = value;
}

if (list) {
  for (const item of list.children) if (item instanceof HTMLElement) prepare(item);
  const arranged = arrange({
    lists: [list],
    maxDepth: list.dataset['tree'] === 'true' ? MAX_DEPTH : 0,
    tools: (item) => item.querySelector<HTMLElement>('.menu-item-head') ?? item,
    changed: (items) => {
      for (const [index, { element, id, parent }] of items.entries()) {
        fill(element, `term.${id}.order`, String(index + 1));
        fill(element, `term.${id}.parent`, parent);
      }
      list.dispatchEvent(new Event('input', { bubbles: true }));
    },
  });
  document.getElementById('term-save')?.append(undoButton(arranged));
}
