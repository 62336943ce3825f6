// Moderation with keys and without loading the page anew. All of it works by buttons and forms without this.
import { announce, data, openDialog, RequestError, request, t, toast } from 'galley/client';

type Status = 'approved' | 'pending' | 'spam' | 'trash';

interface Listed {
  id: number;
  content: string;
  status: Status;
  name: string;
}

interface Done {
  before: { id: number; status: Status }[];
  word: string;
  tone: string;
  counts: Record<string, number>;
}

const { comments = [], status: shown = '' } = data<{ comments: Listed[]; status: string }>('comments') ?? {};
const known = new Map(comments.map((comment) => [String(comment.id), comment]));
const rows = [...document.querySelectorAll<HTMLElement>('.list-form tbody tr')];
const KEYS: Record<string, Status> = { a: 'approved', u: 'pending', s: 'spam', d: 'trash' };
let current = -1;
let last: Done['before'] = [];

const boxOf = (row: HTMLElement): HTMLInputElement | null => row.querySelector('input[name="ids"]');
const commentOf = (row: HTMLElement): Listed | undefined => known.get(boxOf(row)?.value ?? '');
const rowOf = (id: number): HTMLElement | undefined => rows.find((row) => boxOf(row)?.value === String(id));

function select(index: number): void {
  const row = rows[index];
  if (!row) return;
  rows[current]?.classList.remove('is-current');
  current = index;
  row.classList.add('is-current');
  row.tabIndex = -1;
  row.focus();
  row.scrollIntoView({ block: 'nearest' });
}

const WORDS: Record<Status, () => string> = {
  approved: () => t('Approved. Visitors see it now.'),
  pending: () => t('Held back.'),
  spam: () => t('Marked as spam.'),
  trash: () => t('Moved to the trash.'),
};

async function act(ids: readonly number[], status: Status, isUndo = false): Promise<void> {
  try {
    const done = await request<Done>('/admin/api/comments/act', { json: { ids, status } });
    for (const { id } of done.before) show(id, status, done);
    count(done.counts);
    if (isUndo) return;
    last = done.before;
    toast({ text: WORDS[status](), kind: 'success', action: { label: t('Undo'), press: () => void undo() } });
  } catch (error) {
    complain(error);
  }
}

async function undo(): Promise<void> {
  const before = last;
  last = [];
  for (const status of new Set(before.map((one) => one.status)))
    await act(
      before.filter((one) => one.status === status).map(({ id }) => id),
      status,
      true,
    );
  announce(before.length > 0 ? t('Taken back.') : t('There is nothing to take back.'));
}

/** Shows the new state in its row; one that the list is not about any more is dimmed and not hidden, so nothing jumps. */
function show(id: number, status: Status, { word, tone }: Pick<Done, 'word' | 'tone'>): void {
  const row = rowOf(id);
  const state = row?.querySelector('.state');
  if (state) {
    state.className = `state state-${tone}`;
    state.textContent = t(word);
  }
  row?.classList.toggle('is-done', shown !== '' && shown !== status);
  const comment = known.get(String(id));
  if (comment) comment.status = status;
}

function count(counts: Record<string, number>): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.filters a')) {
    const status = new URL(link.href).searchParams.get('status') ?? '';
    const number = link.querySelector('.count');
    if (number && counts[status] !== undefined) number.textContent = String(counts[status]);
  }
}

function complain(error: unknown): void {
  const text = error instanceof RequestError && !error.isOffline ? error.message : t('Not done. Try again.');
  toast({ text, kind: 'danger' });
}

function write(row: HTMLElement, kind: 'reply' | 'text'): void {
  const comment = commentOf(row);
  if (!comment) return;
  const area = document.createElement('textarea');
  area.className = 'form-control comment-text';
  area.rows = 7;
  area.setAttribute('aria-label', kind === 'reply' ? t('Your reply') : t('Comment'));
  if (kind === 'text') area.value = comment.content;
  const send = document.createElement('button');
  send.type = 'button';
  send.className = 'btn btn-primary';
  send.textContent = kind === 'reply' ? t('Reply') : t('Save comment');
  const title =
    kind === 'reply'
      ? t('Reply to {name}', { name: comment.name })
      : t('Edit the comment of {name}', { name: comment.name });
  const dialog = openDialog({ title, body: area, buttons: [send] });
  area.focus();
  const submit = async (): Promise<void> => {
    send.disabled = true;
    try {
      const path = `/admin/api/comments/${comment.id}/${kind}`;
      const done = await request<{ content?: string; counts?: Record<string, number> }>(path, {
        json: { text: area.value },
      });
      dialog.close('done');
      if (done.counts) count(done.counts);
      if (kind === 'reply' && comment.status === 'pending')
        show(comment.id, 'approved', { word: t('Approved'), tone: 'success' });
      if (done.content !== undefined) showText(row, comment, done.content);
      toast({
        text: kind === 'reply' ? t('Your reply is there. Visitors see it now.') : t('The comment is saved.'),
        kind: 'success',
      });
    } catch (error) {
      send.disabled = false;
      complain(error);
    }
  };
  send.addEventListener('click', () => void submit());
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
  });
}

/** As text: the markup is shown when the page is loaded again. */
function showText(row: HTMLElement, comment: Listed, content: string): void {
  comment.content = content;
  const cell = row.querySelector('.cell-html');
  if (cell) cell.textContent = content.replace(/<[^>]*>/g, '');
}

function press(event: KeyboardEvent): void {
  const isTyping =
    event.target instanceof Element && event.target.matches('input:not([type="checkbox"]), textarea, select');
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const row = rows[current];
  const status = KEYS[event.key];
  if (event.key === 'j') select(Math.min(current + 1, rows.length - 1));
  else if (event.key === 'k') select(Math.max(current - 1, 0));
  else if (event.key === 'z') void undo();
  else if (!row) return;
  else if (status) void act([commentOf(row)?.id ?? 0], status);
  else if (event.key === 'r') write(row, 'reply');
  else if (event.key === 'e') write(row, 'text');
  else if (event.key === 'x') boxOf(row)?.click();
  else return;
  event.preventDefault();
}

if (rows.length > 0) {
  document.addEventListener('keydown', press);
  const keys = document.getElementById('comment-keys');
  if (keys) keys.hidden = false;
  for (const [index, row] of rows.entries()) {
    row.addEventListener('focusin', () => {
      if (current !== index) {
        rows[current]?.classList.remove('is-current');
        current = index;
        row.classList.add('is-current');
      }
    });
    for (const button of row.querySelectorAll<HTMLButtonElement>('button[formaction]')) {
      const status = button.formAction.split('/').at(-1) as Status;
      if (!(status in WORDS)) continue;
      button.addEventListener('click', (event) => {
        event.preventDefault();
        void act([commentOf(row)?.id ?? 0], status);
      });
    }
    row.querySelector<HTMLAnchorElement>('a[href$="#reply"]')?.addEventListener('click', (event) => {
      event.preventDefault();
      write(row, 'reply');
    });
  }
}
