import { t } from 'galley/client';

/** Select all of a page, and say how many are selected. */
export function selectRows() {
  for (const form of document.querySelectorAll('.list-form')) connect(form);
}

function connect(form) {
  const all = form.querySelector('[data-select-all]');
  const count = form.querySelector('[data-bulk-count]');
  if (!all) return;
  const boxes = [...form.querySelectorAll('input[name="ids"]')];
  all.hidden = false;
  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  form.addEventListener('change', tell);
  function tell() {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    if (count) {
      count.hidden = chosen === 0;
      count.textContent = t('{count} selected', { count: chosen });
    }
  }
}
