import { announce, request, showMode, t, toast } from 'galley/client';

const ADDRESS = '/admin/appearance';
/** Where it is one choice among others, it is not to go back when those are saved: here, and in the profile. */
const CHOICES = `form[action="${ADDRESS}"] input[name="mode"], select[name="look.mode"]`;

/** What the other tabs of this browser hear. */
const tabs = new BroadcastChannel('galley-mode');

let sending: Promise<unknown> = Promise.resolve();

/** The buttons for light and dark do it at once: what is being typed stays, where a form that is sent would take it away. */
export function switchModesInPlace(): void {
  document.addEventListener('submit', (event) => {
    const { target: form, submitter } = event;
    if (!(form instanceof HTMLFormElement) || !form.matches('.modes') || !(submitter instanceof HTMLButtonElement))
      return;
    event.preventDefault();
    switchMode(submitter.value, submitter.textContent?.trim() ?? '');
  });
  tabs.addEventListener('message', ({ data: mode }: MessageEvent<unknown>) => {
    if (typeof mode === 'string' && mode !== document.documentElement.dataset['theme']) show(mode);
  });
  // Where it is one choice among others it may have been saved just now, and this is the page that came of it.
  if (document.querySelector(CHOICES)) tabs.postMessage(document.documentElement.dataset['theme']);
}

/** The page itself, and all in it that says what was chosen. */
function show(mode: string): void {
  showMode(mode);
  for (const button of document.querySelectorAll<HTMLButtonElement>('.modes button'))
    button.setAttribute('aria-pressed', String(button.value === mode));
  for (const field of document.querySelectorAll<HTMLInputElement | HTMLSelectElement>(CHOICES))
    if (field instanceof HTMLSelectElement) field.value = mode;
    else field.checked = field.value === mode;
}

/** Shows the page light, dark, or as the device is, and keeps it with the person for all pages and devices. */
export function switchMode(mode: string, label: string): void {
  show(mode);
  tabs.postMessage(mode);
  announce(label);
  // One after the other: what was pressed last is what stays.
  sending = sending
    .then(() => request(ADDRESS, { form: new URLSearchParams({ mode }), keepalive: true }))
    .catch(() =>
      toast({
        text: t('Only this page looks like that now: the choice could not be kept. Try again.'),
        kind: 'warning',
      }),
    );
}
