import { type HookAdapter, pickFields } from 'galley';
import type { ReceivedFile } from './hooks.ts';

const REASON = 300;

/**
 * Lets contained plugins that ask for `media:check` refuse files that come in, by name, kind and size. They see neither
 * what is in a file nor who brings it; one that does not answer keeps nothing out.
 */
export const containedCheck: HookAdapter = {
  kind: 'first',
  isFresh: true,
  input([file], granted, fields) {
    const { name, type, bytes } = file as ReceivedFile;
    return granted.has('media:check') ? pickFields({ name, type, bytes }, fields) : undefined;
  },
  output(answer, _args, { title }) {
    const { refused } = (answer ?? {}) as { refused?: unknown };
    const reason = typeof refused === 'string' ? refused.trim().slice(0, REASON) : '';
    return reason === '' ? undefined : { refused: `${title}: ${reason}` };
  },
};
