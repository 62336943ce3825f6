import { request } from 'galley/client';

interface Costs {
  style: string;
  language: string;
  title: string;
  close: string;
  total: string;
  more: { label: string; url: string };
  heads: string[];
  rows: { title: string; share: number; cells: string[] }[];
  hooksTitle: string;
  hooks: { name: string; note: string }[];
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { className = '', text = '' }: { className?: string; text?: string } = {},
  ...children: Node[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

/** The table, with a bar behind each name as long as its share of the time. */
function table({ heads, rows, title }: Costs): HTMLElement {
  const head = element(
    'tr',
    {},
    ...heads.map((text) => {
      const cell = element('th', { text });
      cell.scope = 'col';
      return cell;
    }),
  );
  const body = rows.map(({ title: name, share, cells }) => {
    const label = element('th', { text: name });
    label.scope = 'row';
    label.style.setProperty('--share', `${Math.round(share * 100)}%`);
    return element('tr', {}, label, ...cells.map((text) => element('td', { text })));
  });
  const made = element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
  const box = element('div', { className: 'box' }, made);
  // What scrolls sideways is reached by keyboard too.
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', title);
  return box;
}

function contents(costs: Costs, close: () => void): Node[] {
  const button = element('button', { className: 'close', text: '×' });
  button.type = 'button';
  button.setAttribute('aria-label', costs.close);
  button.addEventListener('click', close);
  const title = element('h2', { text: costs.title });
  title.id = 'title';
  const more = element('a', { text: costs.more.label });
  more.href = costs.more.url;
  const hooks = costs.hooks.map(({ name, note }) =>
    element('li', {}, element('code', { text: name }), element('span', { text: note })),
  );
  return [
    element('div', { className: 'head' }, title, button),
    element('p', { className: 'total', text: costs.total }),
    table(costs),
    element('h3', { text: costs.hooksTitle }),
    element('ul', {}, ...hooks),
    element('p', {}, more),
  ];
}

let isOpen = false;

/**
 * Shows what the page that is open costs. Goes to the screen where that cannot be shown here.
 * @param from what was pressed: it has the focus again afterwards
 */
export async function openPanel(screen: string, from: HTMLElement): Promise<void> {
  if (isOpen) return;
  isOpen = true;
  const page = location.pathname + location.search;
  const costs = await request<Costs>(`/admin/api/profiler?page=${encodeURIComponent(page)}`).catch(() => undefined);
  if (!costs) {
    location.assign(screen);
    return;
  }
  const host = element('div');
  host.lang = costs.language;
  host.dir = /^(ar|fa|he|ur|ps)\b/.test(costs.language) ? 'rtl' : 'ltr';
  // Styles of the page stay out, and those of the panel in.
  const root = host.attachShadow({ mode: 'open' });
  const style = element('link');
  style.rel = 'stylesheet';
  style.href = costs.style;
  const dialog = element('dialog');
  dialog.setAttribute('aria-labelledby', 'title');
  dialog.append(...contents(costs, () => dialog.close()));
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => {
    host.remove();
    isOpen = false;
    from.focus();
  });
  // Without its styles it would flash as a list.
  style.addEventListener('load', () => dialog.showModal());
  root.append(style, dialog);
  document.body.append(host);
}
