import left from 'icon:arrow-left';
import right from 'icon:arrow-right';
import cross from 'icon:x';
import { icon, t } from 'galley/client';
import type { TableFacts } from '../../client/table-types.ts';
import { make } from './nodes.ts';

/** Writes what stands around the rows: tabs, what narrows the list, how many there are, and where it goes on. */
export function writeBar(table: TableFacts): void {
  writeTabs(table);
  writeChips(table);
  writePaging(table);
  writeTotal(table);
  writeTools(table);
  keepForms();
}

function writeTabs({ filters }: TableFacts): void {
  const list = document.querySelector('.filters ul');
  const known = [...(list?.querySelectorAll('a') ?? [])];
  for (const [at, { url, isCurrent, count }] of filters.entries()) {
    const link = known[at];
    if (!link || link.getAttribute('href') !== url) continue;
    if (isCurrent) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
    const shown = link.querySelector('.count');
    if (shown && count !== null) shown.textContent = count.toLocaleString(document.documentElement.lang);
  }
}

function writeChips({ chips }: TableFacts): void {
  const state = document.querySelector('[data-list-state]');
  if (!state) return;
  const had = document.activeElement?.closest('.chips') !== null && document.activeElement !== null;
  state.querySelector('.chips')?.remove();
  if (chips.length > 0) {
    const list = make('ul', 'chips');
    list.setAttribute('aria-label', t('Narrowed by'));
    for (const { label, url } of chips) {
      const link = make(
        'a',
        'chip',
        make('span', '', label),
        icon(cross),
        make('span', 'visually-hidden', t('take away')),
      );
      link.href = url;
      list.append(make('li', '', link));
    }
    state.prepend(list);
  }
  // What was pressed is gone: the focus goes to the next, or to the search.
  if (had)
    (
      state.querySelector<HTMLElement>('.chip') ?? document.querySelector<HTMLElement>('.list-search [type="search"]')
    )?.focus();
}

function writeTotal({ total }: TableFacts): void {
  const shown = document.querySelector('.list-total');
  if (!shown || !total) return;
  const count = total.count.toLocaleString(document.documentElement.lang);
  shown.textContent = total.isMore ? t('{count} or more', { count }) : t('{count} in all', { count });
}

function writePaging({ paging }: TableFacts): void {
  const nav = document.querySelector<HTMLElement>('.paging') ?? addPaging();
  if (!nav) return;
  const wasInside = nav.contains(document.activeElement);
  for (const old of nav.querySelectorAll('a')) old.remove();
  const back = pageLink(paging.newer, 'prev', icon(left), ` ${t('Back')}`);
  const on = pageLink(paging.older, 'next', `${t('Further')} `, icon(right));
  nav.append(...back, ...on);
  nav.hidden = back.length + on.length === 0;
  if (wasInside) (on[0] ?? back[0])?.focus();
}

/** A list that was short at first has none. */
function addPaging(): HTMLElement | undefined {
  const box = document.querySelector('.list-form') ?? document.querySelector('.table-box');
  const nav = make('nav', 'paging');
  nav.setAttribute('aria-label', t('Pages of the list'));
  box?.after(nav);
  return box ? nav : undefined;
}

function pageLink(url: string, rel: string, ...content: (Node | string)[]): HTMLAnchorElement[] {
  if (!url) return [];
  const link = make('a', 'btn btn-sm btn-secondary', ...content);
  link.href = url;
  link.rel = rel;
  return [link];
}

function writeTools({ tools }: TableFacts): void {
  const links = document.querySelectorAll<HTMLAnchorElement>('.list-tools a[download]');
  for (const [at, link] of [...links].entries()) link.href = tools[at]?.url ?? link.href;
}

/** Forms come back to the list as it is now. */
function keepForms(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>('main input[name="back"]'))
    input.value = location.pathname + location.search;
  const form = document.querySelector<HTMLFormElement>('.list-search');
  if (!form) return;
  const query = new URLSearchParams(location.search);
  for (const field of form.elements) {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement) || !field.name) continue;
    if (field !== document.activeElement) field.value = query.get(field.name) ?? '';
  }
  for (const name of ['status', 'author', 'sort', 'direction', 'term', 'role', 'kind', 'view', 'saved'])
    keepHidden(form, name, query.get(name));
}

/** What is narrowed elsewhere stays when one searches. */
function keepHidden(form: HTMLFormElement, name: string, value: string | null): void {
  const known = form.querySelector<HTMLInputElement>(`input[type="hidden"][name="${name}"]`);
  if (!value) known?.remove();
  else if (known) known.value = value;
  else {
    const made = make('input');
    made.type = 'hidden';
    made.name = name;
    made.value = value;
    form.prepend(made);
  }
}
