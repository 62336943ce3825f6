import { request } from 'galley/client';

const PARTS = '[data-search-part]';

/** Whether the page shows results and this is the field above them, not one in a masthead or a sidebar. */
export function isResultsForm(input: HTMLInputElement): boolean {
  const list = document.querySelector('[data-search-part="list"]');
  return list !== null && input.closest('main') !== null && !list.contains(input);
}

/**
 * Puts the results of what is typed in the place of those shown, and their address into the address bar. The theme
 * marks what changes; the line with the number is a live region.
 */
export async function renewResults(input: HTMLInputElement, query: string, signal: AbortSignal): Promise<void> {
  if (query === '' || !input.form) return;
  const address = new URL(input.form.action);
  address.searchParams.set('s', query.trim());
  const source = await request<string>(address.pathname + address.search, { signal, answer: 'text' });
  const page = new DOMParser().parseFromString(source, 'text/html');
  if (signal.aborted) return;
  for (const shown of document.querySelectorAll<HTMLElement>(PARTS)) {
    const renewed = page.querySelector(`[data-search-part="${shown.dataset['searchPart']}"]`);
    if (renewed) shown.replaceChildren(...renewed.childNodes);
  }
  document.title = page.title;
  history.replaceState(history.state, '', address);
}
