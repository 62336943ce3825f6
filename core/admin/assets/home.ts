// The panels of the first screen are put in order by pointer and keys. All of it works as a form without this.
import { arrange, undoButton } from 'galley/client';

const list = document.querySelector<HTMLElement>('[data-list="panels"]');

if (list) {
  for (const label of list.querySelectorAll<HTMLElement>('[data-position]')) label.hidden = true;
  const arranged = arrange({
    lists: [list],
    tools: (item) => item.querySelector<HTMLElement>('.menu-item-head') ?? item,
    changed: (items) => {
      for (const [index, { element }] of items.entries()) {
        const position = element.querySelector<HTMLInputElement>('[data-position] input');
        if (position) position.value = String(index + 1);
      }
      list.dispatchEvent(new Event('input', { bubbles: true }));
    },
  });
  document.getElementById('home-save')?.append(undoButton(arranged));
}
