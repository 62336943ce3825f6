/** What is told when the page has other colours: on the element of the page. */
const EVENT = 'galley:mode';

/** Makes the page light, dark, or what the device says, and tells those who listen. */
export function showMode(mode: string): void {
  document.documentElement.dataset['theme'] = mode;
  document.dispatchEvent(new Event(EVENT));
}

/** Runs when the page turns light or dark, by its switch or by the device: for what draws with colours of its own. */
export function onModeChange(run: () => void): void {
  document.addEventListener(EVENT, run);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', run);
}
