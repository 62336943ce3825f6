import { announce, RequestError, request, t, toast } from 'galley/client';

const FILES = 'application/x-galley-media';
const FOLDER = 'application/x-galley-folder';
const API = '/admin/api/media';

interface Result {
  /** Where they were. */
  from: { folder: number | null; ids: number[] }[];
  done: number[];
  refused: { id: number; reason: string }[];
}

/**
 * Files are dragged onto folders, folders onto folders. By keyboard the same is done with the boxes and "Move", and on
 * the screen of a folder.
 */
export function dropIntoFolders(current: number | null): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.media-folders a[data-folder]')];
  if (links.length === 0) return;
  for (const cell of document.querySelectorAll<HTMLElement>('[data-id]')) makeDraggable(cell);
  takeNew();
  for (const link of links) {
    link.addEventListener('dragstart', (event) => event.dataTransfer?.setData(FOLDER, link.dataset['folder'] ?? ''));
    takeDrops(link, Number(link.dataset['folder']), current);
  }
}

/**
 * The rows of a list are drawn anew whenever it is sorted or turned over, and what is uploaded comes into the grid: each
 * can be dragged when it is pressed.
 */
function takeNew(): void {
  document.querySelector('.media-main')?.addEventListener('pointerdown', ({ target }) => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('[data-id]') : null;
    if (cell && !cell.draggable) makeDraggable(cell);
  });
}

function makeDraggable(cell: HTMLElement): void {
  cell.draggable = true;
  cell.addEventListener('dragstart', (event) => {
    const own = cell.dataset['id'] ?? '';
    const ticked = [...document.querySelectorAll<HTMLInputElement>('input[name="ids"]:checked')].map(
      (box) => box.value,
    );
    const ids = ticked.includes(own) ? ticked : [own];
    event.dataTransfer?.setData(FILES, ids.join(','));
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
  });
}

function takeDrops(link: HTMLElement, folder: number, current: number | null): void {
  const isOurs = ({ dataTransfer }: DragEvent): boolean =>
    dataTransfer?.types.includes(FILES) === true || dataTransfer?.types.includes(FOLDER) === true;
  link.addEventListener('dragover', (event) => {
    if (!isOurs(event)) return;
    event.preventDefault();
    link.classList.add('is-target');
  });
  link.addEventListener('dragleave', () => link.classList.remove('is-target'));
  link.addEventListener('drop', (event) => {
    link.classList.remove('is-target');
    const { dataTransfer } = event;
    if (!dataTransfer || !isOurs(event)) return;
    event.preventDefault();
    const ids = dataTransfer.getData(FILES).split(',').filter(Boolean).map(Number);
    if (ids.length > 0) void moveFiles(ids, folder, current);
    else void moveFolder(Number(dataTransfer.getData(FOLDER)), folder);
  });
}

async function moveFiles(ids: readonly number[], folder: number, current: number | null): Promise<void> {
  try {
    const { done, refused, from } = await request<Result>(`${API}/move`, { json: { ids, folder } });
    const leaves = current !== null && current !== folder;
    if (leaves) for (const id of done) document.querySelector(`[data-id="${id}"]`)?.remove();
    const count = done.length;
    const text = t('{count} files moved.', { count }, { one: '{count} file moved.' });
    const reasons = [...new Set(refused.map(({ reason }) => reason))].join(' ');
    const undo = {
      label: t('Undo'),
      press: (): void => void moveBack(from),
    };
    toast({
      text: `${text} ${reasons}`.trim(),
      kind: reasons ? 'warning' : 'success',
      ...(done.length > 0 ? { action: undo } : {}),
    });
  } catch (error) {
    say(error);
  }
}

/** Puts each file back to where it was. */
async function moveBack(places: Result['from']): Promise<void> {
  try {
    for (const place of places) await request(`${API}/move`, { json: place });
    location.reload();
  } catch (error) {
    say(error);
  }
}

async function moveFolder(id: number, parentId: number): Promise<void> {
  if (id === parentId || !Number.isSafeInteger(id)) return;
  try {
    await request(`${API}/folders/${id}`, { method: 'PATCH', json: { parentId } });
    announce(t('The folder is moved.'));
    location.reload();
  } catch (error) {
    say(error);
  }
}

function say(error: unknown): void {
  const text = error instanceof RequestError && error.message ? error.message : t('The server does not answer.');
  toast({ text, kind: 'danger' });
}
