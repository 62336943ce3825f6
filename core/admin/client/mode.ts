/** What is told when the page has other colours: on the element of the page. */
const EVENT = 'galley:mode';
const DARK = '(prefers-color-scheme: dark)';

/** Makes the page light, dark, or what the device says, and tells those who listen. */
export function showMode(mode: string): void {
  document.documentElement.dataset['theme'] = mode;
  document.dispatchEvent(new Event(EVENT));
}

/** Whether the page is light or dark now, by its switch or by the device. */
export function shownMode(): 'light' | 'dark' {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia(DARK).matches ? 'dark' : 'light';
}

/** Runs when the page turns light or dark, by its switch or by the device: for what draws with colours of its own. */
export function onModeChange(run: () => void): void {
  document.addEventListener(EVENT, run);
  matchMedia(DARK).addEventListener('change', run);
}
