import { t, toast } from 'galley/client';
import type { Keeper } from './keeper.ts';
import type { SessionWatch } from './session.ts';

/** After this long without an answer of the server it is asked first, so that no save goes into the void. */
const SURE_MS = 20_000;

/** How many bytes the form has on its way. */
function lengthOf(form: HTMLFormElement, submitter: HTMLElement | null): number {
  const values = [...new FormData(form, submitter)].map(([name, value]) => [name, String(value)]);
  return new URLSearchParams(values).toString().length;
}

function tellTooLong(limit: number): void {
  const text = t('Not sent: this is longer than the {size} MB that can be saved at once. Shorten or divide it.', {
    size: Math.floor((limit / 1024 ** 2) * 10) / 10,
  });
  toast({ text, kind: 'danger', life: 0 });
}

/** Before the form is sent: one that is too long stays. where nobody would answer it stays, and is sent as soon as somebody does. */
export function watchSending(
  form: HTMLFormElement,
  { keeper, session, limit }: { keeper: Keeper; session: SessionWatch; limit: number },
): void {
  let isLetThrough = false;
  let waiting: { submitter: HTMLElement | null } | undefined;
  const send = async (submitter: HTMLElement | null): Promise<void> => {
    await keeper.stop();
    isLetThrough = true;
    form.requestSubmit(submitter);
  };
  session.onBack(() => {
    if (!waiting) return;
    const { submitter } = waiting;
    waiting = undefined;
    void send(submitter);
  });
  const listen = (event: SubmitEvent): void => {
    if (event.target !== form || isLetThrough) return;
    if (lengthOf(form, event.submitter) > limit) {
      event.preventDefault();
      event.stopImmediatePropagation();
      tellTooLong(limit);
      return;
    }
    if (session.connection === 'open' && Date.now() - session.lastContact < SURE_MS) {
      void keeper.stop();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    void session.check().then((isOpen) => {
      if (isOpen) return send(submitter);
      waiting = { submitter };
      return undefined;
    });
  };
  // Before all others that listen: those who take a sent form for saved must not see one that stays.
  window.addEventListener('submit', listen, true);
}
