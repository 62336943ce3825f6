import type { Readable, Writable } from 'node:stream';
import type { Choices } from '../services/commands.ts';

/** Lets somebody choose on a terminal: by the arrow keys, and by typing what it begins with. */
export type Choose = (question: string, choices: Choices) => Promise<string>;

const MAX_SHOWN = 10;

/** Where the keys come from, where the list is drawn, and what happens when somebody would rather not. */
export interface ChoiceTerminal {
  input: Readable;
  output: Writable;
  /** Ctrl-C and Escape, which reach nobody else while keys are read one by one. */
  interrupt(): Error;
}

/** Makes the list of choices for a terminal. */
export function chooseOn({ input, output, interrupt }: ChoiceTerminal): Choose {
  return async (message, { from, fallback, many = false }) => {
    const { autocomplete, autocompleteMultiselect, isCancel } = await import('@clack/prompts');
    const list = {
      message,
      input,
      output,
      maxItems: MAX_SHOWN,
      options: from.map((value) => ({ value, label: value })),
    };
    const answer = many
      ? await autocompleteMultiselect({ ...list, initialValues: [fallback], required: true })
      : await autocomplete({ ...list, initialValue: fallback });
    if (isCancel(answer)) throw interrupt();
    return [answer].flat().join(',');
  };
}
