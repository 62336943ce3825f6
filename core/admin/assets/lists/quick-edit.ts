import { announce, RequestError, request, t } from 'galley/client';
import type { TableFacts } from '../../client/table-types.ts';
import { make } from './nodes.ts';
import { returnTo } from './return.ts';

interface ControlJson {
  name: string;
  label: string;
  help: string;
  control: string;
  type: string;
  value: string;
  checked: boolean;
  options: { value: string; label: string; selected: boolean; depth: number }[];
}

interface FormJson {
  version: number;
  controls: ControlJson[];
}

/** Opens the form of a row below it. Saved with the version it was read at: nobody's change is overwritten. */
export function editInPlace(table: HTMLTableElement, current: () => TableFacts, again: () => void): void {
  table.addEventListener('click', (event) => {
    const link =
      event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('[data-kind="quick"]') : null;
    const row = link?.closest('tr');
    if (!link || !row || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void open(link, row, current().columns.length + 1, again);
  });
}

async function open(link: HTMLAnchorElement, row: HTMLTableRowElement, span: number, again: () => void): Promise<void> {
  const url = link.pathname;
  const { version, controls } = await request<FormJson>(url);
  for (const old of row.parentElement?.querySelectorAll('.quick-row') ?? []) old.remove();
  const form = make('div', 'quick-form');
  form.setAttribute('role', 'group');
  form.setAttribute('aria-label', link.textContent?.trim() ?? '');
  const problem = make('p', 'quick-problem');
  problem.setAttribute('role', 'alert');
  const save = button(t('Save'), 'btn btn-sm btn-primary');
  const cancel = button(t('Cancel'), 'btn btn-sm btn-link');
  const fields = make('div', 'quick-fields', ...controls.map(fieldOf));
  form.append(fields, problem, make('div', 'quick-foot', save, cancel));
  const cell = make('td', '', form);
  cell.colSpan = span;
  const place = make('tr', 'quick-row', cell);
  row.after(place);
  row.classList.add('is-open');
  const close = (): void => {
    place.remove();
    row.classList.remove('is-open');
    if (link.isConnected) link.focus();
  };
  const send = async (): Promise<void> => {
    save.disabled = true;
    try {
      const { said } = await request<{ said: string }>(url, { form: valuesOf(fields, version) });
      const id = row.dataset['id'];
      close();
      announce(said);
      again();
      returnTo(row.parentElement, id);
    } catch (error) {
      save.disabled = false;
      problem.textContent =
        error instanceof RequestError && !error.isOffline ? error.message : t('Not saved. Are you connected?');
    }
  };
  save.addEventListener('click', () => void send());
  cancel.addEventListener('click', close);
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    // A form within the form of the list must not send the outer one.
    const isField = event.target instanceof HTMLInputElement && event.target.type !== 'checkbox';
    if (event.key !== 'Enter' || !isField) return;
    event.preventDefault();
    void send();
  });
  fields.querySelector<HTMLElement>('input, select')?.focus();
}

function button(label: string, className: string): HTMLButtonElement {
  const made = make('button', className, label);
  made.type = 'button';
  return made;
}

/** The controls have no `name`: the form of the list around them must not send them. */
function fieldOf(control: ControlJson): HTMLElement {
  const { name, label, help, options } = control;
  if (control.control === 'checks') {
    const boxes = options.map(({ value, label: words, selected }) => checkOf(name, value, words, selected));
    const group = make('fieldset', 'quick-field quick-checks', make('legend', '', label), make('div', '', ...boxes));
    return group;
  }
  if (control.control === 'check') return checkOf(name, '1', label, control.checked);
  const input = control.control === 'select' ? selectOf(control) : inputOf(control);
  input.dataset['name'] = name;
  const made = make('label', 'quick-field', make('span', '', label), input);
  if (help) made.append(make('span', 'quick-help', help));
  return made;
}

function inputOf({ type, value }: ControlJson): HTMLInputElement {
  const input = make('input', 'form-control form-control-sm');
  input.type = type;
  input.value = value;
  return input;
}

function selectOf({ options }: ControlJson): HTMLSelectElement {
  const select = make('select', 'form-select form-select-sm');
  for (const { value, label, selected } of options) select.append(new Option(label, value, selected, selected));
  return select;
}

function checkOf(name: string, value: string, label: string, isChecked: boolean): HTMLElement {
  const box = make('input', 'form-check-input');
  box.type = 'checkbox';
  box.value = value;
  box.checked = isChecked;
  box.dataset['name'] = name;
  return make('label', 'quick-check', box, make('span', '', label));
}

function valuesOf(fields: HTMLElement, version: number): URLSearchParams {
  const values = new URLSearchParams({ version: String(version) });
  for (const field of fields.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[data-name]')) {
    const name = field.dataset['name'] ?? '';
    const isBox = field instanceof HTMLInputElement && field.type === 'checkbox';
    if (!isBox || field.checked) values.append(name, field.value);
    else if (!values.has(name) && name === 'sticky') values.append(name, '0');
  }
  return values;
}
