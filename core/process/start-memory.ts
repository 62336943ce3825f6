/** So long after it serves, when the visitors who waited for the start have their pages. */
const AFTER_MS = 500;

/**
 * Gives back what only the start of a process needed, once it serves: a fifth of its memory. Collecting early all the
 * time while it starts holds no more in the end, and takes a sixth longer. Does nothing where `gc` is not exposed.
 */
export function releaseStartMemory(): void {
  // This flavor gives empty pages back to the system.
  setTimeout(() => void globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }), AFTER_MS).unref();
}
