import { request, t } from 'galley/client';
import { hideBanner, showBanner } from './banner.ts';
import type { Facts } from './facts.ts';
import type { Keeper } from './keeper.ts';
import { letGo, tellTrash } from './orphan.ts';
import type { SessionWatch } from './session.ts';

interface LockReply {
  state: 'mine' | 'other' | 'free';
  version: number;
  isThrown?: boolean;
  name?: string;
  since?: number;
  isSelf?: boolean;
  left?: { name: string; at: number; url: string; id: number };
}

type Want = 'open' | 'beat' | 'take' | 'look' | 'leave';

const BEAT_MS = 15_000;

/** Holds the entry while it is edited, and notices when somebody takes it over. */
export class LockWatch {
  readonly #form: HTMLFormElement;
  readonly #facts: Facts;
  readonly #keeper: Keeper;
  readonly #session: SessionWatch;
  #isMine = false;

  constructor(form: HTMLFormElement, facts: Facts, { keeper, session }: { keeper: Keeper; session: SessionWatch }) {
    this.#form = form;
    this.#facts = facts;
    this.#keeper = keeper;
    this.#session = session;
  }

  start(): void {
    void this.#ask('open');
    window.setInterval(() => void this.#ask(this.#isMine ? 'beat' : 'look'), BEAT_MS);
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) void this.#ask(this.#isMine ? 'beat' : 'look');
    });
  }

  /** Lets go, also while the page is being left. */
  leave(): void {
    if (this.#isMine) this.#send('leave', true).catch(() => undefined);
  }

  #send(want: Want, keepalive = false): Promise<LockReply> {
    const json = { holder: this.#facts.holder, want };
    return request<LockReply>(`/admin/api/edit-locks/${this.#facts.entryId}`, { json, keepalive });
  }

  async #ask(want: Want): Promise<void> {
    if (this.#facts.entryId === null) return;
    if (this.#session.connection !== 'open' && want !== 'open') return;
    try {
      const reply = await this.#send(want);
      this.#session.answered();
      await this.#show(reply, want);
    } catch (error) {
      if (letGo(this.#form, this.#facts, error)) this.#freeze(false);
      else this.#session.lost(error);
    }
  }

  async #show(reply: LockReply, want: Want): Promise<void> {
    tellTrash(this.#form, reply.isThrown === true && !this.#facts.isThrown);
    if (reply.state === 'mine') this.#hold(reply);
    else if (reply.state === 'other') await this.#lose(reply, want);
    else if (want === 'look') this.#offerFree();
  }

  #hold({ version, left, isThrown }: LockReply): void {
    this.#isMine = true;
    this.#keeper.isSetAside = false;
    this.#freeze(false);
    hideBanner(this.#form, 'lock');
    if (left)
      showBanner(this.#form, 'left', {
        kind: 'info',
        text: t('{name} had text that was not saved. It is kept.', { name: left.name }),
        actions: [
          { label: t('Compare'), url: left.url },
          { label: t('Put it into my form'), url: `${location.pathname}?restore=${left.id}`, isHere: true },
        ],
      });
    if (version > this.#facts.version && !isThrown)
      showBanner(this.#form, 'newer', {
        kind: 'info',
        text: t(
          'A newer version was saved meanwhile. When you save, both are put together and you choose where they differ.',
        ),
      });
  }

  /** Somebody else has it: what stands here is sent first, then the form rests. */
  async #lose(reply: LockReply, want: Want): Promise<void> {
    const wasMine = this.#isMine;
    this.#isMine = false;
    const name = reply.name ?? '';
    if (wasMine && !reply.isSelf) await this.#keeper.send();
    this.#keeper.isSetAside = reply.isSelf === true;
    this.#freeze(true);
    if (reply.isSelf)
      showBanner(this.#form, 'lock', {
        kind: 'warning',
        text: t('You are editing this in another window. What stands here is kept in this browser.'),
        actions: [{ label: t('Go on here'), press: () => void this.#ask('take') }],
      });
    else if (wasMine || want === 'take')
      showBanner(this.#form, 'lock', {
        kind: 'warning',
        text: t('{name} has taken over. What you had not saved is kept, and {name} can see it.', { name }),
        actions: [{ label: t('Take it back'), press: () => void this.#ask('take') }],
      });
  }

  #offerFree(): void {
    showBanner(this.#form, 'lock', {
      kind: 'info',
      text: t('Nobody else is editing this any more.'),
      actions: [{ label: t('Edit it'), url: location.pathname, isHere: true }],
    });
  }

  /** A form that rests can be looked at, not typed into. */
  #freeze(isFrozen: boolean): void {
    for (const part of this.#form.querySelectorAll<HTMLElement>('.entry-main, .entry-side, .savebar-end'))
      part.inert = isFrozen;
  }
}
