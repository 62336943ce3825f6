// Shows what is chosen for a theme while it is chosen. Without this a button does it.
import { RequestError, request, t } from 'galley/client';

const form = document.querySelector<HTMLFormElement>('#theme-form');
const frame = document.querySelector<HTMLIFrameElement>('#theme-frame');
const state = document.querySelector<HTMLElement>('#theme-state');
const tools = document.querySelector<HTMLElement>('[data-tools]');
const WAIT_MS = 350;
let mode = '';
let timer: ReturnType<typeof setTimeout> | undefined;
let asked: AbortController | undefined;

function say(text: string): void {
  if (state) state.textContent = text;
}

async function tryOut(): Promise<void> {
  if (!form || !frame) return;
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  say(t('One moment …'));
  try {
    await request(form.dataset['try'] ?? '', { form: new FormData(form), signal });
    frame.contentWindow?.location.reload();
    say(t('Only you see this.'));
  } catch (error) {
    if (signal.aborted) return;
    const isWrong = error instanceof RequestError && error.status === 422;
    say(isWrong ? t('Not shown: something above is not right yet.') : t('Not shown. Try again.'));
  }
}

/** The page in the frame is of this very site, so its colours can be set as its own switch does. */
function showMode(): void {
  const root = frame?.contentDocument?.documentElement;
  if (!root || mode === '') return;
  root.setAttribute('data-theme', mode);
  root.setAttribute('data-bs-theme', mode);
}

function press(group: string, button: HTMLElement): void {
  for (const other of document.querySelectorAll(`[data-${group}]`))
    other.setAttribute('aria-pressed', String(other === button));
}

if (form && frame && tools) {
  tools.hidden = false;
  for (const button of form.querySelectorAll<HTMLElement>('[data-without-script]')) button.hidden = true;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void tryOut(), WAIT_MS);
  });
  frame.addEventListener('load', showMode);
  for (const button of tools.querySelectorAll<HTMLElement>('[data-width]'))
    button.addEventListener('click', () => {
      press('width', button);
      frame.className = `theme-frame is-${button.dataset['width']}`;
    });
  for (const button of tools.querySelectorAll<HTMLElement>('[data-mode]'))
    button.addEventListener('click', () => {
      press('mode', button);
      mode = button.dataset['mode'] ?? '';
      showMode();
    });
}
