// Narrows the grid of roles while one types, and marks what was changed.
import { announce, t } from 'galley/client';

const search = document.querySelector<HTMLInputElement>('#role-search');
const rows = [...document.querySelectorAll<HTMLElement>('[data-words]')];

function narrow(text: string): void {
  const wanted = text.trim().toLowerCase();
  for (const row of rows) row.hidden = !(row.dataset['words'] ?? '').includes(wanted);
  for (const group of document.querySelectorAll<HTMLElement>('[data-group]'))
    group.hidden = !group.querySelector('[data-words]:not([hidden])');
  const count = rows.filter((row) => !row.hidden).length;
  const none = document.getElementById('role-none');
  if (none) none.hidden = count > 0;
  announce(t('{count} rights', { count }, { one: 'one right' }));
}

search?.addEventListener('input', () => narrow(search.value));
search?.form?.addEventListener('submit', (event) => event.preventDefault());

document.querySelector('.role-table')?.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLInputElement && target.type === 'checkbox')
    target.closest('td')?.classList.toggle('is-changed', target.checked !== target.defaultChecked);
});
