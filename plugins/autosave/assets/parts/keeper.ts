import { RequestError, request } from 'galley/client';
import { type Facts, type FormContent, readForm, subjectOf } from './facts.ts';
import { forgetLocally, keepLocally } from './local-copies.ts';
import { letGo } from './orphan.ts';
import type { SessionWatch } from './session.ts';

/** How far the text is safe. */
export type KeepState =
  | { name: 'untouched' }
  | { name: 'local' }
  | { name: 'sending' }
  | { name: 'sent'; at: number }
  | { name: 'refused'; message: string };

const LOCAL_MS = 400;
const PAUSE_MS = 2000;
const LONGEST_MS = 10_000;
const RETRY_MS = 15_000;

/** Keeps what is typed: in the browser at once, on the server as soon as there is a pause. */
export class Keeper {
  readonly #form: HTMLFormElement;
  readonly #facts: Facts;
  readonly #session: SessionWatch;
  readonly #tell: (state: KeepState) => void;
  #last: string;
  #sent = '';
  #localTimer: number | undefined;
  #sendTimer: number | undefined;
  /** Since when something waits to be sent. */
  #waitsSince: number | undefined;
  #sending: Promise<void> | undefined;
  #abort = new AbortController();
  #isStopped = false;
  /** Whether another form holds the entry: its text has the row on the server, this one stays in the browser. */
  isSetAside = false;

  constructor(
    form: HTMLFormElement,
    facts: Facts,
    { session, tell }: { session: SessionWatch; tell: (state: KeepState) => void },
  ) {
    this.#form = form;
    this.#facts = facts;
    this.#session = session;
    this.#tell = tell;
    this.#last = JSON.stringify(readForm(form));
    session.onBack(() => this.#waits && void this.send());
  }

  /** What stands in the form now, as text. */
  get content(): FormContent {
    return readForm(this.#form);
  }

  get #waits(): boolean {
    return this.#waitsSince !== undefined;
  }

  /** Somebody typed. */
  changed(): void {
    if (this.#isStopped) return;
    this.#localTimer ??= window.setTimeout(() => void this.#keep(), LOCAL_MS);
  }

  /** Keeps the text in the browser and plans to send it. */
  async #keep(): Promise<void> {
    this.#localTimer = undefined;
    const text = JSON.stringify(this.content);
    if (text === this.#last || this.#isStopped) return;
    this.#last = text;
    await this.#writeLocally(text, false);
    this.#tell({ name: 'local' });
    this.#plan();
  }

  #plan(): void {
    const now = Date.now();
    this.#waitsSince ??= now;
    window.clearTimeout(this.#sendTimer);
    const wait = Math.max(0, Math.min(PAUSE_MS, this.#waitsSince + LONGEST_MS - now));
    this.#sendTimer = window.setTimeout(() => void this.send(), wait);
  }

  async #writeLocally(text: string, isSent: boolean): Promise<void> {
    const { holder, userId, entryId, type, version } = this.#facts;
    const form = JSON.parse(text) as FormContent;
    const copy = {
      holder,
      userId,
      entryId,
      type,
      subject: subjectOf(this.#facts),
      version,
      form,
      at: Date.now(),
      isSent,
    };
    // A browser without storage (private windows of some) still sends to the server.
    await keepLocally(copy).catch(() => undefined);
  }

  /** Sends what waits now; one request at a time. */
  async send(): Promise<void> {
    window.clearTimeout(this.#localTimer);
    await this.#keep();
    window.clearTimeout(this.#sendTimer);
    await this.#sending;
    if (!this.#waits || this.#isStopped || this.isSetAside) return;
    this.#sending = this.#sendNow().finally(() => {
      this.#sending = undefined;
    });
    await this.#sending;
  }

  async #sendNow(): Promise<void> {
    const text = this.#last;
    this.#waitsSince = undefined;
    this.#tell({ name: 'sending' });
    const { entryId, type, key, holder, version } = this.#facts;
    try {
      const json = { entryId, type, key, holder, version, form: JSON.parse(text) as FormContent };
      const { at } = await request<{ at: number }>('/admin/api/autosaves', { json, signal: this.#abort.signal });
      this.#session.answered();
      this.#sent = text;
      if (text === this.#last) await this.#writeLocally(text, true);
      this.#tell({ name: 'sent', at });
    } catch (error) {
      if (this.#isStopped) return;
      this.#waitsSince ??= Date.now();
      if (letGo(this.#form, this.#facts, error)) this.#plan();
      else if (this.#session.lost(error)) this.#tell({ name: 'local' });
      else {
        this.#tell({ name: 'refused', message: error instanceof RequestError ? error.message : String(error) });
        this.#sendTimer = window.setTimeout(() => void this.send(), RETRY_MS);
      }
    }
  }

  /** The page is being left: what was typed last is kept and sent on its way. */
  leave(): void {
    if (this.#isStopped) return;
    const text = JSON.stringify(this.content);
    if (text === this.#sent || (text === this.#last && !this.#waits)) return;
    void this.#writeLocally(text, false);
    if (this.isSetAside || text.length > 60_000) return;
    const { entryId, type, key, holder, version } = this.#facts;
    const json = { entryId, type, key, holder, version, form: JSON.parse(text) as FormContent };
    request('/admin/api/autosaves', { json, keepalive: true }).catch(() => undefined);
  }

  /** The form is sent to be saved: nothing late may follow. */
  async stop(): Promise<void> {
    const text = JSON.stringify(this.content);
    if (text !== this.#last) await this.#writeLocally(text, false);
    this.#isStopped = true;
    window.clearTimeout(this.#localTimer);
    window.clearTimeout(this.#sendTimer);
    this.#abort.abort();
  }

  /** What is kept of this form is not wanted any more. */
  async forget(): Promise<void> {
    await forgetLocally(this.#facts.holder);
  }
}
