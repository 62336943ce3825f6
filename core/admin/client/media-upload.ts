import type { MediaItem } from './media-item.ts';
import { formToken, RequestError, request, wordsFor } from './request.ts';

/** How a file is sent. */
export interface UploadOptions {
  folder?: number | null;
  /** The entry it belongs to. */
  parent?: number | null;
  signal?: AbortSignal;
  /** Bytes that have arrived. */
  onProgress?: (sent: number) => void;
  /** The connection is lost (true) or back (false). The upload goes on by itself. */
  onWaiting?: (isWaiting: boolean) => void;
}

interface State {
  id: string;
  offset: number;
}

const API = '/admin/api/media/uploads';
const PIECE = 2 * 1024 * 1024;
const PATIENCE = 60;
const MAX_PAUSE_MS = 15_000;

/** What tells one file of this browser from another, so that a page that was closed can go on where it was. */
const keyOf = (file: File, { folder, parent }: UploadOptions): string =>
  `galley-upload:${file.name}:${file.size}:${file.lastModified}:${folder ?? 0}:${parent ?? 0}`;

/**
 * Sends a file to the library in pieces. A lost connection is waited for; after a reload the same file goes on where it
 * was; `signal` gives it up for good.
 *
 * @throws RequestError with the reason in words where the file is refused
 */
export async function uploadFile(file: File, options: UploadOptions = {}): Promise<MediaItem> {
  const key = keyOf(file, options);
  let state = (await remembered(key)) ?? (await begin(file, options, key));
  try {
    options.signal?.throwIfAborted();
    for (let failures = 0; ; ) {
      try {
        while (state.offset < file.size) {
          state = await sendPiece(file, state, options);
          failures = 0;
          options.onWaiting?.(false);
        }
        const item = await request<MediaItem>(`${API}/${state.id}/finish`, { method: 'POST', signal: options.signal });
        forget(key);
        return item;
      } catch (error) {
        if (options.signal?.aborted || !(error instanceof RequestError)) throw error;
        if (error.status === 409) state = await request<State>(`${API}/${state.id}`, { signal: options.signal });
        else if (!error.isOffline && error.status !== 429) throw error;
        if (++failures > PATIENCE) throw error;
        options.onWaiting?.(true);
        await pause(Math.min(MAX_PAUSE_MS, 250 * 2 ** Math.min(failures, 6)), options.signal);
      }
    }
  } catch (error) {
    if (!(error instanceof RequestError && error.isOffline)) giveUp(state.id, key);
    throw error;
  }
}

/** An upload of this file that is under way on the server. */
async function remembered(key: string): Promise<State | undefined> {
  const id = read(key);
  if (!id) return undefined;
  try {
    return await request<State>(`${API}/${id}`);
  } catch {
    forget(key);
    return undefined;
  }
}

/** Never broken off in the middle: the server may have begun it already, and only its answer says what to give up. */
async function begin(file: File, { folder, parent }: UploadOptions, key: string): Promise<State> {
  const plan = { name: file.name, type: file.type, bytes: file.size, folder: folder ?? null, parent: parent ?? null };
  const state = await request<State>(API, { json: plan });
  try {
    localStorage.setItem(key, state.id);
  } catch {
    // Without room it only cannot go on after a reload.
  }
  return state;
}

function giveUp(id: string, key: string): void {
  forget(key);
  request(`${API}/${id}`, { method: 'DELETE', keepalive: true }).catch(() => undefined);
}

/** One piece, with XMLHttpRequest: fetch tells no progress of what is sent. */
function sendPiece(file: File, { id, offset }: State, { signal, onProgress }: UploadOptions): Promise<State> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const abort = (): void => call.abort();
    const done = (act: () => void) => (): void => {
      signal?.removeEventListener('abort', abort);
      act();
    };
    call.open('POST', `${API}/${id}?offset=${offset}`);
    call.setRequestHeader('accept', 'application/json');
    call.setRequestHeader('content-type', 'application/octet-stream');
    call.setRequestHeader('x-csrf-token', formToken());
    call.upload.onprogress = ({ loaded }) => onProgress?.(offset + loaded);
    call.onload = done(() => {
      if (call.status < 300) resolve(JSON.parse(call.responseText) as State);
      else reject(refusal(call));
    });
    call.onerror = done(() => reject(new RequestError(0, 'GALLEY_OFFLINE', '')));
    call.onabort = done(() => reject(new DOMException('Aborted', 'AbortError')));
    if (signal?.aborted) return reject(new DOMException('Aborted', 'AbortError'));
    signal?.addEventListener('abort', abort);
    call.send(file.slice(offset, offset + PIECE));
  });
}

function refusal({ status, responseText }: XMLHttpRequest): RequestError {
  try {
    const { error } = JSON.parse(responseText) as { error?: { code?: string; message?: string } };
    return new RequestError(status, error?.code ?? '', error?.message ?? wordsFor(status));
  } catch {
    return new RequestError(status, '', wordsFor(status));
  }
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(go, milliseconds);
    function go(): void {
      clearTimeout(timer);
      removeEventListener('online', go);
      if (signal?.aborted) reject(new DOMException('Aborted', 'AbortError'));
      else resolve();
    }
    addEventListener('online', go);
    signal?.addEventListener('abort', go, { once: true });
  });
}

function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function forget(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing is kept where nothing may be kept.
  }
}
