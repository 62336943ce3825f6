// The page of the theme beside the text, made anew while one types.
import { announce, data, onModeChange, request, shownMode, t } from 'galley/client';

interface Addresses {
  frame: string;
  send: string;
}

const PAUSE_MS = 400;
/** Where the browser keeps which colours the preview is to have: other readers than the writer may like them dark. */
const COLOURS = 'galley-live-colours';

/** Light, dark, or empty for those of the admin. */
function chosenColours(): string {
  try {
    const chosen = localStorage.getItem(COLOURS) ?? '';
    return chosen === 'light' || chosen === 'dark' ? chosen : '';
  } catch {
    return '';
  }
}

function keepColours(chosen: string): void {
  try {
    localStorage.setItem(COLOURS, chosen);
  } catch {
    // The choice then lasts as long as the page.
  }
}

class LivePreview {
  readonly #form: HTMLFormElement;
  readonly #frame: HTMLIFrameElement;
  readonly #state: HTMLElement | null;
  readonly #addresses: Addresses;
  #timer: number | undefined;
  #running: AbortController | undefined;
  #sent = '';
  #colours = chosenColours();
  isOpen = false;

  constructor(form: HTMLFormElement, frame: HTMLIFrameElement, addresses: Addresses) {
    this.#form = form;
    this.#frame = frame;
    this.#addresses = addresses;
    this.#state = form.querySelector('[data-live-state]');
    frame.addEventListener('load', () => {
      this.#colour();
      void this.#refresh();
    });
    onModeChange(() => this.#colour());
  }

  get colours(): string {
    return this.#colours;
  }

  /** Shows the page light, dark, or (with nothing) as the admin is, here and in the next entry. */
  chooseColours(chosen: string): void {
    this.#colours = chosen;
    keepColours(chosen);
    this.#colour();
  }

  /** The page has a switch of its own, whose choice is that of the writer as a reader: it does not count here. */
  #colour(): void {
    const root = this.#frame.contentDocument?.documentElement;
    if (!root) return;
    const mode = this.#colours || shownMode();
    root.dataset['theme'] = mode;
    root.dataset['bsTheme'] = mode;
  }

  open(): void {
    this.isOpen = true;
    this.#sent = '';
    // The first page comes by its address, so that it has the policy of public pages and not that of the admin.
    if (this.#frame.getAttribute('src')) void this.#refresh();
    else this.#frame.src = this.#addresses.frame;
  }

  close(): void {
    this.isOpen = false;
    window.clearTimeout(this.#timer);
    this.#running?.abort();
  }

  changed(): void {
    if (!this.isOpen) return;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#refresh(), PAUSE_MS);
  }

  async #refresh(): Promise<void> {
    if (!this.isOpen) return;
    const form = this.#typed();
    const text = JSON.stringify([...form]);
    if (text === this.#sent) return;
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    try {
      const page = await request<string>(this.#addresses.send, { form, signal: running.signal, answer: 'text' });
      this.#show(page);
      this.#sent = text;
      this.#say('');
    } catch {
      if (!running.signal.aborted) this.#say(t('The preview could not be made. It is tried again when you type.'));
    }
  }

  /** What stands in the form, without files. */
  #typed(): FormData {
    const form = new FormData();
    for (const [name, value] of new FormData(this.#form)) if (typeof value === 'string') form.append(name, value);
    return form;
  }

  /** Puts the new page into the frame without loading it anew: the place one has scrolled to stays. */
  #show(text: string): void {
    const view = this.#frame.contentWindow as (Window & typeof globalThis) | null;
    const shown = this.#frame.contentDocument;
    if (!view || !shown) return;
    const made = new view.DOMParser().parseFromString(text, 'text/html');
    for (const script of made.querySelectorAll('script')) script.remove();
    const top = view.scrollY;
    shown.title = made.title;
    shown.body.className = made.body.className;
    shown.body.replaceChildren(...[...made.body.childNodes].map((node) => shown.importNode(node, true)));
    this.#colour();
    view.scrollTo({ top, behavior: 'instant' });
  }

  #say(text: string): void {
    if (this.#state) this.#state.textContent = text;
    if (text) announce(text);
  }
}

function offerColours(live: LivePreview, buttons: readonly HTMLElement[]): void {
  const press = (): void => {
    for (const button of buttons)
      button.setAttribute('aria-pressed', String((button.dataset['colours'] ?? '') === live.colours));
  };
  for (const button of buttons)
    button.addEventListener('click', () => {
      live.chooseColours(button.dataset['colours'] ?? '');
      press();
    });
  press();
}

function start(): void {
  const addresses = data<Addresses>('live-preview');
  const panel = document.querySelector<HTMLElement>('[data-live-preview]');
  const form = panel?.closest('form');
  const frame = panel?.querySelector('iframe');
  const toggle = panel?.querySelector<HTMLButtonElement>('[data-live-toggle]');
  const stage = panel?.querySelector<HTMLElement>('.live-stage');
  if (!addresses || !panel || !form || !frame || !toggle || !stage) return;
  const live = new LivePreview(form, frame, addresses);
  offerColours(live, [...stage.querySelectorAll<HTMLElement>('[data-colours]')]);
  panel.hidden = false;
  toggle.addEventListener('click', () => {
    const isOpen = toggle.getAttribute('aria-expanded') !== 'true';
    toggle.setAttribute('aria-expanded', String(isOpen));
    stage.hidden = !isOpen;
    form.classList.toggle('has-live', isOpen);
    if (isOpen) live.open();
    else live.close();
  });
  for (const event of ['input', 'change']) form.addEventListener(event, () => live.changed());
}

start();
