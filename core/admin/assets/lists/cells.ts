import { language, t } from 'galley/client';
import type { ActionJson, CellJson, ColumnJson, RowJson } from '../../client/table-types.ts';
import { make, safeNodes } from './nodes.ts';
import { timeNode } from './times.ts';

/** Fills a cell. The same parts as the server writes, made as nodes: nothing in them is read as HTML. */
export function fillCell(td: HTMLTableCellElement, row: RowJson, at: number, column: ColumnJson, zone: string): void {
  const cell = row.cells[at] ?? {};
  td.className = [column.isMinor ? 'is-minor' : '', column.isNumber ? 'is-number' : ''].join(' ').trim();
  td.replaceChildren(...partsOf(cell, zone));
  if (at > 0) return;
  td.className = 'cell-primary';
  td.setAttribute('scope', 'row');
  if (row.actions.length > 0)
    td.append(make('div', 'row-actions', ...row.actions.map((action) => actionNode(action, row))));
}

function partsOf(cell: CellJson, zone: string): Node[] {
  const marks = (cell.marks ?? []).flatMap((mark) => [document.createTextNode(' '), make('span', 'mark', mark)]);
  const note = cell.note ? [make('span', 'cell-note', cell.note)] : [];
  return [...mainOf(cell, zone), ...marks, ...note];
}

function mainOf({ badge, time, links, html, url, text = '' }: CellJson, zone: string): Node[] {
  if (badge) return [make('span', `state state-${badge.tone}`, badge.word)];
  if (time !== undefined) return [timeNode(time, zone, language())];
  if (links)
    return links.flatMap(({ label, url: target }, index) => [
      ...(index > 0 ? [document.createTextNode(', ')] : []),
      link(target, '', label),
    ]);
  if (html !== undefined) return [make('div', 'cell-html', ...safeNodes(html))];
  return [url ? link(url, 'cell-link', text) : make('span', 'cell-text', text)];
}

function link(url: string, className: string, ...content: (Node | string)[]): HTMLAnchorElement {
  const made = make('a', className, ...content);
  made.href = url;
  return made;
}

function actionNode({ label, url, isPost, isDanger, kind }: ActionJson, row: RowJson): HTMLElement {
  const className = isDanger ? 'row-action is-danger' : 'row-action';
  const whose = make('span', 'visually-hidden', `: ${row.label}`);
  if (!isPost) {
    const made = link(url, className, label, whose);
    if (kind) made.dataset['kind'] = kind;
    return made;
  }
  const button = make('button', className, label, whose);
  button.formAction = url;
  return button;
}

/** The box that selects a row. */
export function fillSelect(td: HTMLTableCellElement, { id, label, isSelectable }: RowJson): void {
  td.className = 'cell-select';
  td.replaceChildren();
  if (!isSelectable) return;
  const box = make('input', 'form-check-input');
  box.type = 'checkbox';
  box.name = 'ids';
  box.value = id;
  box.setAttribute('aria-label', t('Select {name}', { name: label }));
  td.append(box);
}
