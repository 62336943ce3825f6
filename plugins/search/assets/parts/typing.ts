/** Fewer letters find nothing in particular. */
const ENOUGH = 2;

/**
 * Calls `act` when somebody pauses while typing. What was begun for an earlier text is told to end by its signal;
 * `act` gets an empty text where there is too little to look for.
 */
export function whenTyped(
  input: HTMLInputElement,
  pause: number,
  act: (query: string, signal: AbortSignal) => Promise<void>,
): void {
  let timer = 0;
  let running = new AbortController();
  let last = input.value.trim();
  const begin = (query: string): void => {
    running = new AbortController();
    const { signal } = running;
    // Without an answer nothing is offered; the form can always be sent.
    act(query, signal).catch(() => (signal.aborted ? undefined : act('', signal)));
  };
  input.addEventListener('input', (event) => {
    // Letters that an input method is still putting together are no words yet.
    if ((event as InputEvent).isComposing) return;
    const text = input.value.trim();
    window.clearTimeout(timer);
    if (text === last) return;
    last = text;
    running.abort();
    if ([...text].length < ENOUGH) begin('');
    else timer = window.setTimeout(begin, pause, input.value);
  });
  input.form?.addEventListener('submit', () => {
    window.clearTimeout(timer);
    running.abort();
  });
}
