import type { FormContent } from './facts.ts';

/** A text as the browser keeps it. */
export interface LocalCopy {
  /** The form that it stood in. */
  holder: string;
  userId: number;
  entryId: number | null;
  type: string;
  subject: string;
  version: number;
  form: FormContent;
  at: number;
  /** Whether the server has it too. */
  isSent: boolean;
}

const STORE = 'copies';
const KEPT_MS = 30 * 24 * 3600_000;

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open('galley-autosave', 1);
    asked.addEventListener('upgradeneeded', () => asked.result.createObjectStore(STORE, { keyPath: 'holder' }));
    asked.addEventListener('success', () => resolve(asked.result));
    asked.addEventListener('error', () => reject(asked.error));
  });
  return opened;
}

/** Runs one transaction and waits until it is on the disk: a browser that crashes then has it. */
async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode, { durability: 'strict' });
    const asked = work(transaction.objectStore(STORE));
    transaction.addEventListener('complete', () => resolve(asked.result));
    transaction.addEventListener('error', () => reject(transaction.error));
    transaction.addEventListener('abort', () => reject(transaction.error));
  });
}

/** Keeps a text in this browser. */
export async function keepLocally(copy: LocalCopy): Promise<void> {
  await run('readwrite', (store) => store.put(copy));
}

/** Forgets what this browser kept of a form. */
export async function forgetLocally(holder: string): Promise<void> {
  await run('readwrite', (store) => store.delete(holder));
}

/** All that this browser keeps of one person; what is a month old is forgotten. */
export async function localCopies(userId: number): Promise<LocalCopy[]> {
  const all = (await run('readonly', (store) => store.getAll())) as LocalCopy[];
  const old = all.filter(({ at }) => at < Date.now() - KEPT_MS);
  await Promise.all(old.map(({ holder }) => forgetLocally(holder)));
  return all.filter((copy) => copy.userId === userId && !old.includes(copy));
}
