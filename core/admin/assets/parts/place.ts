const KEY = 'galley-place';
const READ_MS = 100;
const AFLOAT_MS = 6000;

/** Where somebody was in a form when he sent it. */
interface Place {
  /** Of the form. */
  path: string;
  /** The control: its id, and what it is where it has none. */
  id: string;
  name: string;
  words: string;
  /** Whether it is a text with an editor of its own, which goes back to its cursor by itself. */
  isText: boolean;
  scroll: number;
}

const wordsOf = (control: Element): string => (control.textContent ?? '').trim();

/** Keeps where somebody is, for the page that answers. */
export function keepPlace(form: HTMLFormElement): void {
  const now = document.activeElement;
  if (!(now instanceof HTMLElement) || !form.contains(now)) return;
  const name = now.getAttribute('name') ?? '';
  const words = now instanceof HTMLButtonElement ? wordsOf(now) : '';
  const isText = now.isContentEditable;
  const place: Place = { path: location.pathname, id: now.id, name, words, isText, scroll: window.scrollY };
  sessionStorage.setItem(KEY, JSON.stringify(place));
}

function takePlace(): Place | undefined {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return kept ? (JSON.parse(kept) as Place) : undefined;
}

/** What was new has an address of its own now. */
const isSameForm = ({ path }: Place): boolean =>
  location.pathname === path || (path.endsWith('/new') && location.pathname.startsWith(path.slice(0, -'new'.length)));

/** The same control in the form that came back; the button that saves where it is gone. */
function controlAt(place: Place): HTMLElement | undefined {
  const { id, name, words } = place;
  const form = document.querySelector<HTMLFormElement>('form[data-guard]');
  if (!isSameForm(place) || !form) return undefined;
  const byId = id === '' ? null : document.getElementById(id);
  if (byId) return byId;
  if (words === '') return undefined;
  const buttons = [...form.querySelectorAll<HTMLButtonElement>('button:not([tabindex="-1"])')];
  const isIt = (button: HTMLButtonElement): boolean => button.name === name && wordsOf(button) === words;
  return buttons.find(isIt) ?? form.querySelector<HTMLElement>('.savebar .btn-primary') ?? undefined;
}

/**
 * After something was done: back to where one was in the form, and what happened is said. On another screen the notice
 * gets the focus, so that the next Tab goes on from there and not from the top of the page.
 */
export function returnToPlace(): void {
  const notice = document.querySelector<HTMLElement>('[data-told]');
  const place = takePlace();
  // Somebody else knows better where one should be.
  if (!notice || document.activeElement !== document.body || location.hash !== '') return;
  const control = place && controlAt(place);
  if (place?.isText && isSameForm(place)) tell(notice, place);
  else if (place && control) goTo(control, notice, place);
  else notice.focus();
}

function goTo(control: HTMLElement, notice: HTMLElement, place: Place): void {
  window.scrollTo({ top: place.scroll, behavior: 'instant' });
  control.focus();
  tell(notice, place);
}

/** Says what happened: read out anew, and in sight where one has scrolled away from it. */
function tell(notice: HTMLElement, { scroll }: Place): void {
  const words = notice.querySelector('p');
  // Screen readers read what changes in it.
  setTimeout(() => words?.replaceChildren(...words.childNodes), READ_MS);
  if (scroll < notice.getBoundingClientRect().bottom + window.scrollY) return;
  notice.classList.add('is-afloat');
  const timer = setInterval(() => {
    if (notice.matches(':hover, :focus-within')) return;
    clearInterval(timer);
    notice.classList.remove('is-afloat');
  }, AFLOAT_MS);
}
