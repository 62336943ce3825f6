import { data, t } from 'galley/client';

const OPENERS = 'input, textarea, select, [contenteditable], dialog, .pop[open]';

/** j, k and arrows move through the rows, x selects, e edits, q edits in place, / searches. Told to the help by `data-keys`. */
export function listenToKeys(table: HTMLTableElement): void {
  table.closest('section')?.setAttribute('data-keys', JSON.stringify(keysOf()));
  const isOff = data<{ isOff: boolean }>('keys')?.isOff ?? false;
  document.addEventListener('keydown', (event) => {
    if (isOff || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const isBox = target instanceof HTMLInputElement && target.type === 'checkbox' && table.contains(target);
    if (target.closest(OPENERS) && !isBox) return;
    const isInside = table.contains(target);
    if (press(event, table, isInside)) event.preventDefault();
  });
  table.addEventListener('click', openRow);
}

/** The keys of the screen, for its help. */
function keysOf(): { keys: string; label: string }[] {
  return [
    { keys: 'j', label: t('Next row') },
    { keys: 'k', label: t('Row before') },
    { keys: 'x', label: t('Select the row') },
    { keys: 'Shift+x', label: t('Select from the last one to here') },
    { keys: 'Enter', label: t('Open') },
    { keys: 'e', label: t('Edit') },
    { keys: 'q', label: t('Quick edit') },
    { keys: '/', label: t('Search') },
  ];
}

function press(event: KeyboardEvent, table: HTMLTableElement, isInside: boolean): boolean {
  const { key, shiftKey } = event;
  if (key === '/') return focus(document.querySelector<HTMLElement>('.list-search [type="search"]'));
  if (shiftKey && key !== 'X') return false;
  if (key === 'j' || (key === 'ArrowDown' && isInside)) return move(table, 1);
  if (key === 'k' || (key === 'ArrowUp' && isInside)) return move(table, -1);
  const row = rowOf(table);
  if (!row) return false;
  if (key === 'x' || key === 'X') return click(row.querySelector<HTMLElement>('.cell-select input'), shiftKey);
  if (key === 'e') return click(openerOf(row));
  if (key === 'q') return click(row.querySelector<HTMLElement>('[data-kind="quick"]'));
  return false;
}

/** The row that has the focus. */
function rowOf(table: HTMLTableElement): HTMLTableRowElement | undefined {
  const row = document.activeElement?.closest('tr');
  return row && table.tBodies[0]?.contains(row) ? row : undefined;
}

function move(table: HTMLTableElement, step: number): boolean {
  const rows = [...(table.tBodies[0]?.rows ?? [])].filter((row) => row.dataset['id'] !== undefined);
  const row = rowOf(table);
  const at = row ? rows.indexOf(row) + step : step > 0 ? 0 : rows.length - 1;
  const next = rows[Math.max(0, Math.min(rows.length - 1, at))];
  next?.scrollIntoView({ block: 'nearest' });
  return focus(next ? placeIn(next) : null);
}

/** What opens a row: the link of its first cell, or the action that says so. */
export function openerOf(row: Element): HTMLElement | null {
  const own = row.querySelector<HTMLElement>('.cell-primary .cell-link, .row-action[data-kind="open"]');
  return own ?? row.querySelector<HTMLElement>('.cell-link');
}

/** Where the focus goes in a row. */
export function placeIn(row: Element): HTMLElement | null {
  return openerOf(row) ?? row.querySelector<HTMLElement>('.cell-select input, .row-action');
}

function focus(element: HTMLElement | null): boolean {
  element?.focus();
  return element !== null;
}

function click(element: HTMLElement | null, shiftKey = false): boolean {
  element?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey }));
  return element !== null;
}

/** The whole row is a target: where nothing else is pressed, it opens. */
function openRow(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : undefined;
  if (event.defaultPrevented || !target || target.closest('a, button, input, label, select, textarea, form, summary'))
    return;
  if (String(getSelection()) !== '') return;
  const row = target.closest('tr');
  if (target.closest('.cell-select')) row?.querySelector<HTMLElement>('.cell-select input')?.click();
  else if (row?.dataset['id'] !== undefined) openerOf(row)?.click();
}
