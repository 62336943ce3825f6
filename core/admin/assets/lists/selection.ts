import { actOnMany, confirmDialog, request, t, takeManyBack, tellOfMany, toast } from 'galley/client';
import type { TableFacts } from '../../client/table-types.ts';
import { askForText } from './ask.ts';
import { make } from './nodes.ts';

/** Actions that take something from visitors. */
const LEAVING: ReadonlySet<string> = new Set(['trash', 'draft', 'delete']);

/** What is selected, and what is done with it. */
export interface Selection {
  /** Other rows stand there: what was selected is forgotten. */
  drawn(): void;
}

/** Boxes, ranges by Shift, all of the page, all that match; actions on many in steps with a bar that shows how far they are. */
export function connectSelection(table: HTMLTableElement, current: () => TableFacts, again: () => void): Selection {
  const form = table.closest<HTMLFormElement>('.list-form');
  const bar = form?.querySelector<HTMLElement>('.bulk');
  if (!form || !bar) return { drawn: () => undefined };
  let all: string[] | undefined;
  let warning = '';
  let last: HTMLInputElement | undefined;
  const select = bar.querySelector<HTMLSelectElement>('select');
  const count = bar.querySelector<HTMLElement>('[data-bulk-count]');
  const everything = make('button', 'btn btn-sm btn-link');
  everything.type = 'button';
  bar.append(everything);

  const boxes = (): HTMLInputElement[] => [...form.querySelectorAll<HTMLInputElement>('tbody input[name="ids"]')];
  const chosen = (): string[] => all ?? boxes().flatMap(({ checked, value }) => (checked ? [value] : []));
  const tell = (): void => {
    const [list, ids] = [boxes(), chosen()];
    const whole = form.querySelector<HTMLInputElement>('[data-select-all]');
    const checked = list.filter((box) => box.checked).length;
    if (whole) {
      whole.hidden = list.length === 0;
      whole.checked = list.length > 0 && checked === list.length;
      whole.indeterminate = checked > 0 && checked < list.length;
    }
    if (count) {
      count.hidden = ids.length === 0;
      count.textContent = t('{count} selected', { count: ids.length });
    }
    const { total, idsUrl } = current();
    everything.hidden = !idsUrl || all !== undefined || checked < list.length || (total?.count ?? 0) <= list.length;
    everything.textContent = total?.isMore
      ? t('Select all that match')
      : t('Select all {count} that match', { count: total?.count ?? 0 });
  };

  form.addEventListener('click', (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== 'checkbox') return;
    all = undefined;
    if (box.matches('[data-select-all]')) for (const one of boxes()) one.checked = box.checked;
    else if (event.shiftKey && last) range(boxes(), last, box);
    if (box.name === 'ids') last = box;
    tell();
  });
  everything.addEventListener('click', async () => {
    const found = await request<{ ids: number[]; isMore: boolean; warning?: string }>(current().idsUrl);
    const { ids, isMore } = found;
    all = ids.map(String);
    warning = found.warning ?? '';
    tell();
    select?.focus();
    if (isMore) toast({ text: t('The first {count} are selected: more at once is too much.', { count: ids.length }) });
  });
  form.addEventListener('submit', (event) => {
    const isBulk = event.submitter?.closest('.bulk') !== null && event.submitter !== null;
    if (!isBulk || !all || !select?.value) return;
    // It has a form of its own, for all of them together.
    if (select.value === 'edit') {
      const hidden = make('input', '');
      hidden.type = 'hidden';
      hidden.name = 'ids';
      hidden.value = all.join(',');
      form.append(hidden);
      return;
    }
    event.preventDefault();
    void runOnMany({
      action: select.value,
      ids: all,
      label: select.selectedOptions[0]?.text ?? '',
      warning: LEAVING.has(select.value) ? warning : '',
      bar,
      current,
      again,
    });
  });
  tell();
  return {
    drawn() {
      all = undefined;
      last = undefined;
      if (select) writeChoices(select, current());
      tell();
    },
  };
}

/** Other rows may be for other acts: what is in the trash is brought back and not thrown away. */
function writeChoices(select: HTMLSelectElement, { bulk }: TableFacts): void {
  const known = [...select.options].slice(1).map(({ value }) => value);
  if (bulk.map(({ value }) => value).join() === known.join()) return;
  const [first] = select.options;
  select.replaceChildren(...(first ? [first] : []), ...bulk.map(({ value, label }) => new Option(label, value)));
  select.selectedIndex = 0;
}

function range(boxes: readonly HTMLInputElement[], from: HTMLInputElement, to: HTMLInputElement): void {
  const [a, b] = [boxes.indexOf(from), boxes.indexOf(to)];
  if (a < 0 || b < 0) return;
  for (const box of boxes.slice(Math.min(a, b), Math.max(a, b) + 1)) box.checked = to.checked;
}

interface Many {
  action: string;
  ids: readonly string[];
  label: string;
  /** What else loses something by it. */
  warning: string;
  bar: HTMLElement;
  current(): TableFacts;
  again(): void;
}

/** Asks before so much is done, and for the text that it is done with. Undefined where it is not to be done. */
async function askFirst({ action, ids, label, warning, current }: Many): Promise<Record<string, string> | undefined> {
  const { dangers, asks } = current();
  const name = label.replace(/\s*…$/, '');
  const question = {
    title: t('{action}: {count} entries?', { action: name, count: ids.length }),
    text: `${t('This is done to all {count} that match, also to those on other pages.', { count: ids.length })} ${warning}`.trim(),
    confirm: `${name} (${ids.length})`,
    isDanger: dangers.includes(action),
  };
  const asked = asks[action];
  if (!asked) return (await confirmDialog(question)) ? {} : undefined;
  const text = await askForText(question, asked);
  return text === undefined ? undefined : { [asked.name]: text };
}

async function runOnMany(many: Many): Promise<void> {
  const { action, ids, label, bar, current, again } = many;
  const url = current().bulkUrl;
  const values = await askFirst(many);
  if (!values) return;
  const steps = await actOnMany({ url, action, ids, values, place: bar, label });
  again();
  tellOfMany(steps, async () => {
    const count = await takeManyBack(url, steps);
    again();
    toast({ text: t('Taken back: {count}.', { count }), kind: 'success' });
  });
}
