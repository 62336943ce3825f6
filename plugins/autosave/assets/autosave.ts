// Keeps what is typed into the form of an entry, and shows who else is editing it.
import { data } from 'galley/client';
import type { Facts } from './parts/facts.ts';
import { Keeper } from './parts/keeper.ts';
import { LockWatch } from './parts/lock.ts';
import { offerLocalCopies } from './parts/offers.ts';
import { watchSending } from './parts/sending.ts';
import { SessionWatch } from './parts/session.ts';
import { StatusLine } from './parts/status.ts';

const facts = data<Facts>('autosave');
const form = document.querySelector<HTMLFormElement>('form.entry-form');
if (facts && form) start(form, facts);

function start(target: HTMLFormElement, known: Facts): void {
  const session = new SessionWatch(target, known);
  const status = new StatusLine(session);
  const keeper = new Keeper(target, known, { session, tell: (state) => status.tell(state) });
  const lock = known.entryId === null ? undefined : new LockWatch(target, known, { keeper, session });
  for (const name of ['input', 'change']) target.addEventListener(name, () => keeper.changed());
  watchSending(target, { keeper, session, limit: known.limit });
  lock?.start();
  window.addEventListener('pagehide', () => {
    keeper.leave();
    lock?.leave();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) void keeper.send();
  });
  offerLocalCopies(target, known).catch(() => undefined);
}
