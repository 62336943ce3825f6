import { actOnMany, confirmDialog, type ManyDone, request, t, takeManyBack, tellOfMany, toast } from 'galley/client';

/** How many files there are like those that are shown, and where their numbers are told. */
export interface Matching {
  count: number;
  isMore: boolean;
  idsUrl: string;
}

/** What was done before the page was loaded again. */
interface Last {
  steps?: ManyDone[];
  /** How many came back. */
  taken?: number;
}

const KEPT = 'media-last';
const URL = '/admin/media/bulk';

/** Where all files of a page of the grid are ticked, those on the other pages can be too; they are dealt with in steps. */
export function selectAllThatMatch({ count, isMore, idsUrl }: Matching): void {
  const form = document.querySelector<HTMLFormElement>('#media-form');
  const told = form?.querySelector<HTMLElement>('[data-bulk-count]');
  if (!form || !told) return;
  let all: string[] | undefined;
  const boxes = [...form.querySelectorAll<HTMLInputElement>('input[name="ids"]')];
  const everything = document.createElement('button');
  everything.type = 'button';
  everything.className = 'btn btn-sm btn-link';
  everything.textContent = isMore ? t('Select all that match') : t('Select all {count} that match', { count });
  everything.hidden = true;
  told.after(everything);
  form.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== 'checkbox') return;
    all = undefined;
    everything.hidden = boxes.some(({ checked }) => !checked);
  });
  everything.addEventListener('click', async () => {
    const found = await request<{ ids: number[]; isMore: boolean }>(idsUrl);
    all = found.ids.map(String);
    everything.hidden = true;
    told.textContent = t('{count} selected', { count: all.length });
    form.querySelector<HTMLElement>('[data-select-all]')?.focus();
    if (found.isMore)
      toast({ text: t('The first {count} are selected: more at once is too much.', { count: all.length }) });
  });
  // Before those who ask about the ticked files alone.
  form.addEventListener(
    'click',
    (event) => {
      const button =
        event.target instanceof Element ? event.target.closest<HTMLButtonElement>('button[name="act"]') : null;
      if (!button || !all) return;
      event.preventDefault();
      event.stopPropagation();
      void run(form, button, all);
    },
    { capture: true },
  );
}

/** The action of the list that a button of the grid is. */
function actionOf(form: HTMLFormElement, act: string): { action: string; values: Record<string, string> } {
  const given = new FormData(form);
  const folder = String(given.get('to') ?? '');
  if (act === 'move') return { action: folder === '' ? 'move-out' : `move-${folder}`, values: {} };
  if (act === 'credit') return { action: act, values: { credit: String(given.get('credit') ?? '') } };
  return { action: act, values: {} };
}

async function run(form: HTMLFormElement, button: HTMLButtonElement, ids: readonly string[]): Promise<void> {
  const label = button.textContent?.trim() ?? '';
  const count = ids.length;
  const isSure = await confirmDialog({
    title: t('{action}: {count} entries?', { action: label, count }),
    text: t('This is done to all {count} that match, also to those on other pages.', { count }),
    confirm: `${label} (${count})`,
    isDanger: button.value === 'remove',
  });
  if (!isSure) return;
  const place = form.querySelector<HTMLElement>('.media-bulk') ?? form;
  const steps = await actOnMany({ url: URL, ...actionOf(form, button.value), ids, place, label });
  if (steps.length > 0) showAgain({ steps });
}

/** Loads the page again, which then says what was done. */
function showAgain(last: Last): void {
  sessionStorage.setItem(KEPT, JSON.stringify(last));
  location.reload();
}

/** Says what was done before the page was loaded again, and offers to take it back. */
export function tellOfLast(): void {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (kept === null) return;
  const { steps, taken } = JSON.parse(kept) as Last;
  if (steps) tellOfMany(steps, async () => showAgain({ taken: await takeManyBack(URL, steps) }));
  else toast({ text: t('Taken back: {count}.', { count: taken ?? 0 }), kind: 'success' });
}
