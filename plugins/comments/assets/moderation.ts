// Moderation with keys and without loading the page anew. All of it works by buttons and forms without this.
import { announce, data, openDialog, RequestError, request, t, toast } from 'galley/client';

type Act = 'approved' | 'pending' | 'spam' | 'trash' | 'flag' | 'unflag' | 'undo';

interface Done {
  now: { id: number; status: string; word: string; tone: string }[];
  counts: Record<string, number>;
}

const KEYS: Record<string, Act> = { a: 'approved', u: 'pending', s: 'spam', d: 'trash', f: 'flag' };
const WORDS: Record<Act, () => string> = {
  approved: () => t('Approved. Visitors see it now.'),
  pending: () => t('Held back.'),
  spam: () => t('Marked as spam.'),
  trash: () => t('Moved to the trash.'),
  flag: () => t('Flagged to be looked at again.'),
  unflag: () => t('No longer flagged.'),
  undo: () => t('Taken back.'),
};
let last: number[] = [];

const idOf = (row: HTMLElement): number => Number(row.dataset['id'] ?? 0);
const rowOf = (id: number): HTMLElement | null => document.querySelector(`.list-form tr[data-id="${id}"]`);
const shown = (): string => new URLSearchParams(location.search).get('status') ?? '';

/** The row that the focus is in. */
function current(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>('.list-form tr[data-id]') ?? null;
}

async function act(ids: readonly number[], name: Act): Promise<void> {
  try {
    const { now, counts } = await request<Done>('/admin/api/comments/act', { json: { ids, status: name } });
    count(counts);
    // A list of one state keeps what has left it, dimmed, so that nothing jumps; others show the rows as they are now.
    if (shown() === '') document.dispatchEvent(new CustomEvent('list:again'));
    else for (const one of now) show(one, name);
    if (name === 'undo') return announce(now.length > 0 ? WORDS.undo() : t('There is nothing to take back.'));
    last = now.map(({ id }) => id);
    toast({ text: WORDS[name](), kind: 'success', action: { label: t('Undo'), press: () => void undo() } });
  } catch (error) {
    complain(error);
  }
}

function undo(): Promise<void> | void {
  const ids = last;
  last = [];
  return ids.length > 0 ? act(ids, 'undo') : announce(t('There is nothing to take back.'));
}

function show({ id, status, word, tone }: Done['now'][number], name: Act): void {
  const row = rowOf(id);
  const state = row?.querySelector('.state');
  if (!row || !state) return;
  state.className = `state state-${tone}`;
  state.textContent = t(word);
  const isAway = shown() === 'flagged' ? !['undo', 'flag'].includes(name) : shown() !== status;
  if (isAway && row.contains(document.activeElement)) row.querySelector<HTMLElement>('.cell-select input')?.focus();
  row.classList.toggle('is-done', isAway);
}

function count(counts: Record<string, number>): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.filters a')) {
    const number = link.querySelector('.count');
    const value = counts[new URL(link.href).searchParams.get('status') ?? ''];
    if (number && value !== undefined) number.textContent = value.toLocaleString(document.documentElement.lang);
  }
}

function complain(error: unknown): void {
  const text = error instanceof RequestError && !error.isOffline ? error.message : t('Not done. Try again.');
  toast({ text, kind: 'danger' });
}

/** The dialog opens at once: what is typed meanwhile belongs into it, and is no key of the list. */
async function write(row: HTMLElement, kind: 'reply' | 'text'): Promise<void> {
  const path = `/admin/api/comments/${idOf(row)}`;
  const area = document.createElement('textarea');
  area.className = 'form-control comment-text';
  area.rows = 7;
  area.readOnly = kind === 'text';
  area.setAttribute('aria-label', kind === 'reply' ? t('Your reply') : t('Comment'));
  const send = document.createElement('button');
  send.type = 'button';
  send.className = 'btn btn-primary';
  send.textContent = kind === 'reply' ? t('Reply') : t('Save comment');
  const whose = row.querySelector('.row-actions .visually-hidden')?.textContent ?? '';
  const title = `${kind === 'reply' ? t('Reply') : t('Edit')}${whose}`;
  const dialog = openDialog({ title, body: area, buttons: [send] });
  area.focus();
  const submit = async (): Promise<void> => {
    send.disabled = true;
    try {
      await request(`${path}/${kind}`, { json: { text: area.value } });
      dialog.close('done');
      document.dispatchEvent(new CustomEvent('list:again'));
      const text = kind === 'reply' ? t('Your reply is there. Visitors see it now.') : t('The comment is saved.');
      toast({ text, kind: 'success' });
    } catch (error) {
      send.disabled = false;
      complain(error);
    }
  };
  send.addEventListener('click', () => void submit());
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
  });
  if (kind === 'reply') return;
  area.value = (await request<{ content: string }>(path)).content;
  area.readOnly = false;
}

/** Before the keys of all lists: what is known here is not for them. */
function press(event: KeyboardEvent): void {
  const { target, key } = event;
  const isTyping = target instanceof Element && target.matches('input:not([type="checkbox"]), textarea, select');
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const row = current();
  const name = KEYS[key];
  if (key === 'z') void undo();
  else if (!row) return;
  else if (name === 'flag' && row.querySelector('button[formaction$="/unflag"]')) void act([idOf(row)], 'unflag');
  else if (name) void act([idOf(row)], name);
  else if (key === 'r') void write(row, 'reply').catch(complain);
  else if (key === 'e') void write(row, 'text').catch(complain);
  else return;
  event.preventDefault();
}

/** The buttons of a row, which otherwise send the form. */
function pressButton(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : undefined;
  const row = target?.closest<HTMLElement>('.list-form tr[data-id]');
  if (!row) return;
  const button = target?.closest<HTMLButtonElement>('button[formaction]');
  const name = button?.formAction.split('/').at(-1) ?? '';
  const isReply = target?.closest('a[href$="#reply"]') !== null;
  if (!isReply && !Object.hasOwn(WORDS, name)) return;
  event.preventDefault();
  if (isReply) void write(row, 'reply').catch(complain);
  else void act([idOf(row)], name as Act);
}

if (!data<{ isOff: boolean }>('keys')?.isOff) document.addEventListener('keydown', press, { capture: true });
document.addEventListener('click', pressButton);
