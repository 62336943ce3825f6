import down from 'icon:arrow-down';
import up from 'icon:arrow-up';
import chevron from 'icon:chevron-down';
import grip from 'icon:grip-vertical';
import trash from 'icon:trash';
import { announce, icon, t, toast } from 'galley/client';
import { make, tellChange } from './field-names.ts';
import { makeMovable, moveBy, tellPlace } from './reorder.ts';

type Enhance = (root: ParentNode) => void;

/** Lets rows be added, removed, moved and folded without sending the form. */
export function enhanceRows(root: ParentNode, enhance: Enhance): void {
  for (const box of root.querySelectorAll<HTMLElement>('[data-rows]')) {
    if (box.dataset['live']) continue;
    box.dataset['live'] = 'true';
    setUp(box, enhance);
  }
}

function setUp(box: HTMLElement, enhance: Enhance): void {
  const list = box.querySelector<HTMLElement>(':scope > .row-list');
  const add = box.querySelector<HTMLButtonElement>(':scope > .row-add > button');
  if (!list) return;
  const blanks = blanksOf(box);
  for (const row of rowsOf(list)) {
    dress(row, list);
    if (row.dataset['partial'] !== undefined) completeOnChange(row, blanks, enhance);
  }
  renumber(list);
  if (!add || blanks.length === 0) return;
  const layouts = box.querySelector<HTMLSelectElement>(':scope > .row-add > select');
  add.addEventListener('click', (event) => {
    event.preventDefault();
    const blank = blanks.find(({ dataset }) => dataset['layout'] === layouts?.value) ?? blanks[0];
    if (blank) addRow(box, list, { blank, enhance });
  });
}

const rowsOf = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>(':scope > [data-row]')];

/** The number of a row, of its `data-row`. */
const indexOf = (row: HTMLElement): string => row.dataset['row']?.split('.').pop() ?? '';

/** A copy of an empty row that stands in place of the row with that number. */
function copyOf(blank: HTMLTemplateElement, index: string): DocumentFragment {
  const copy = document.importNode(blank.content, true);
  const [, level = '0'] =
    /__row(\d)__$/.exec(copy.querySelector<HTMLElement>('[data-row]')?.dataset['row'] ?? '') ?? [];
  rename(copy, level, index);
  return copy;
}

/** The empty rows of a box: its own, or those that stand in the empty row of the rows around. */
function blanksOf(box: HTMLElement): HTMLTemplateElement[] {
  const own = [...box.querySelectorAll<HTMLTemplateElement>(':scope > template')];
  const row = own.length > 0 ? null : box.parentElement?.closest<HTMLElement>('[data-row]');
  const around = row?.closest<HTMLElement>('[data-rows]');
  if (!row || !around) return own;
  return blanksOf(around).flatMap((blank) => {
    const boxes = copyOf(blank, indexOf(row)).querySelectorAll<HTMLElement>('[data-rows]');
    const same = [...boxes].find(({ dataset }) => dataset['rows'] === box.dataset['rows']);
    return [...(same?.querySelectorAll<HTMLTemplateElement>(':scope > template') ?? [])];
  });
}

/** A row that brings only what counts gets the rest from the empty row as soon as something is chosen in it. */
function completeOnChange(row: HTMLElement, blanks: readonly HTMLTemplateElement[], enhance: Enhance): void {
  const layout = row.querySelector<HTMLInputElement>(':scope > input[name$=".layout"]')?.value ?? '';
  const blank = blanks.find(({ dataset }) => dataset['layout'] === layout);
  const body = row.querySelector<HTMLElement>(':scope > .row-body');
  if (!blank || !body) return;
  const complete = (event: Event): void => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    row.removeEventListener('change', complete);
    const all = copyOf(blank, indexOf(row)).querySelector('[data-row] > .row-body');
    const known = new Map([...body.children].map((field) => [keyOf(field), field]));
    let last: Element | undefined;
    for (const field of [...(all?.children ?? [])]) {
      const there = known.get(keyOf(field));
      if (!there) {
        if (last) last.after(field);
        else body.prepend(field);
      }
      last = there ?? field;
    }
    enhance(body);
  };
  row.addEventListener('change', complete);
}

/** What tells one control of a row from the others. */
const keyOf = (field: Element): string =>
  field.getAttribute('data-rows') ?? field.querySelector<HTMLInputElement>('[name]')?.name ?? field.id;

function addRow(
  box: HTMLElement,
  list: HTMLElement,
  { blank, enhance }: { blank: HTMLTemplateElement; enhance: Enhance },
): void {
  const count = box.querySelector<HTMLInputElement>(':scope > input[name$=".count"]');
  const copy = count && copyOf(blank, count.value);
  const row = copy?.querySelector<HTMLElement>('[data-row]');
  if (!count || !copy || !row) return;
  count.value = String(Number(count.value) + 1);
  list.append(copy);
  enhance(row);
  dress(row, list);
  renumber(list);
  tellChange(row);
  row
    .querySelector<HTMLElement>(
      ':scope > .row-body :is(input:not([type="hidden"]), select, textarea, [contenteditable])',
    )
    ?.focus();
  announce(t('{label} was added.', { label: titleOf(row) }));
}

/** Puts the number of the row into names and ids, also inside of what can be added below it. */
function rename(root: ParentNode, level: string, index: string): void {
  for (const element of root.querySelectorAll('*')) {
    for (const { name, value } of [...element.attributes]) {
      if (!value.includes(`row${level}`)) continue;
      const text = value.replaceAll(`__row${level}__`, index).replaceAll(`-row${level}-`, `-${index}-`);
      element.setAttribute(name, text);
    }
    if (element instanceof HTMLTemplateElement) rename(element.content, level, index);
  }
}

const titleOf = (row: HTMLElement): string => row.querySelector(':scope > legend')?.textContent ?? '';

function tool(svg: string, label: string, press: () => void): HTMLButtonElement {
  const button = make('button', 'icon-button');
  button.type = 'button';
  button.append(icon(svg));
  button.title = label;
  button.dataset['tool'] = label;
  button.addEventListener('click', press);
  return button;
}

function dress(row: HTMLElement, list: HTMLElement): void {
  if (row.dataset['live']) return;
  row.dataset['live'] = 'true';
  const body = row.querySelector<HTMLElement>(':scope > .row-body');
  const remove = row.querySelector<HTMLInputElement>(':scope > .repeater-tools input[type="checkbox"]');
  if (!body || !remove) return;
  const fold = make('button', 'row-title');
  fold.type = 'button';
  fold.append(icon(chevron), make('span', 'row-name'), make('span', 'row-gist'));
  const setOpen = (isOpen: boolean): void => {
    body.hidden = !isOpen;
    fold.setAttribute('aria-expanded', String(isOpen));
    row.classList.toggle('is-folded', !isOpen);
    tellGist(row, isOpen);
  };
  fold.addEventListener('click', () => setOpen(Boolean(body.hidden)));
  const handle = tool(grip, t('Move: drag, or press the arrow keys'), () => undefined);
  handle.classList.add('grip');
  const step = (by: -1 | 1, button: () => HTMLButtonElement): void => {
    if (!moveBy(row, by)) return;
    renumber(list);
    tellChange(row);
    // At the end of the way the button cannot be pressed again, nor hold the focus.
    (button().disabled ? handle : button()).focus();
    tellPlace(row, titleOf(row));
  };
  const upward: HTMLButtonElement = tool(up, t('Move up'), () => step(-1, () => upward));
  const downward: HTMLButtonElement = tool(down, t('Move down'), () => step(1, () => downward));
  const bar = make('div', 'row-bar');
  bar.append(
    handle,
    fold,
    upward,
    downward,
    tool(trash, t('Remove'), () => take(row, list, remove)),
  );
  row.querySelector(':scope > legend')?.after(bar);
  row.classList.add('is-live');
  makeMovable({ item: row, handle, label: () => titleOf(row), onMove: () => renumber(list) });
  setOpen(true);
  if (remove.checked) row.hidden = true;
}

/** What a folded row begins with, so that one finds it again. */
function tellGist(row: HTMLElement, isOpen: boolean): void {
  const gist = row.querySelector('.row-gist');
  const first = [...row.querySelectorAll<HTMLInputElement>('.row-body :is(input[type="text"], textarea)')].find(
    ({ value }) => value.trim() !== '',
  );
  if (gist) gist.textContent = isOpen ? '' : (first?.value.slice(0, 80) ?? '');
}

/** A row that is removed stays in the form, marked as the server knows it, so that it can come back. */
function take(row: HTMLElement, list: HTMLElement, remove: HTMLInputElement): void {
  const label = titleOf(row);
  const all = rowsOf(list).filter(({ hidden }) => !hidden);
  const next = all[all.indexOf(row) + 1] ?? all[all.indexOf(row) - 1];
  const set = (isGone: boolean): void => {
    remove.checked = isGone;
    row.hidden = isGone;
    renumber(list);
    tellChange(list);
  };
  set(true);
  const after = next?.querySelector<HTMLElement>('.row-title') ?? list.parentElement?.querySelector('.row-add button');
  if (after instanceof HTMLElement) after.focus();
  const back = (): void => {
    set(false);
    row.querySelector<HTMLElement>('.row-title')?.focus();
  };
  toast({ text: t('{label} is removed when you save.', { label }), action: { label: t('Undo'), press: back } });
}

/** Brings numbers, places and what can be pressed in line with the order. */
function renumber(list: HTMLElement): void {
  const all = rowsOf(list).filter(({ hidden }) => !hidden);
  for (const [index, row] of all.entries()) {
    const legend = row.querySelector(':scope > legend');
    const order = row.querySelector<HTMLInputElement>(':scope > .repeater-tools input[name$="._order"]');
    const name = `${titleOf(row).replace(/ \d+$/, '')} ${index + 1}`;
    if (legend) legend.textContent = name;
    if (order) order.value = String(index + 1);
    const bar = row.querySelector(':scope > .row-bar');
    for (const part of bar?.querySelectorAll('.row-name') ?? []) part.textContent = name;
    for (const button of bar?.querySelectorAll<HTMLButtonElement>('[data-tool]') ?? []) {
      button.setAttribute('aria-label', `${button.dataset['tool']}: ${name}`);
      if (button.title === t('Move up')) button.disabled = index === 0;
      if (button.title === t('Move down')) button.disabled = index === all.length - 1;
    }
  }
}
