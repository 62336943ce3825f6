import type { Keeper } from './keeper.ts';
import type { SessionWatch } from './session.ts';

/** After this long without an answer of the server it is asked first, so that no save goes into the void. */
const SURE_MS = 20_000;

/** Before the form is sent: where nobody would answer it stays, and is sent as soon as somebody does. */
export function watchSending(
  form: HTMLFormElement,
  { keeper, session }: { keeper: Keeper; session: SessionWatch },
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
