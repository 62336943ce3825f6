import { placeIn } from './keys.ts';

/** The rows are drawn anew: the focus goes to the one that it was in. */
export function returnTo(body: Element | null, id: string | undefined): void {
  if (!body || id === undefined) return;
  const watcher = new MutationObserver(() => {
    watcher.disconnect();
    const row = body.querySelector(`tr[data-id="${CSS.escape(id)}"]`);
    if (row) placeIn(row)?.focus();
  });
  watcher.observe(body, { childList: true });
}
