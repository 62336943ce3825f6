import { GalleyError } from 'galley';

/** An id as somebody typed it. @throws GALLEY_COMMAND_USAGE */
export function idOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new GalleyError('GALLEY_COMMAND_USAGE', `"${text}" is no id.`);
  return Number(text);
}

/** Ids as somebody typed them, each once. @throws GALLEY_COMMAND_USAGE */
export const idsOf = (texts: readonly string[]): number[] => [...new Set(texts.map(idOf))];

/** Refuses a change that changes nothing: an option was forgotten, or its name mistyped. @throws GALLEY_COMMAND_USAGE */
export function demandChange(draft: object): void {
  if (Object.values(draft).some((value) => value !== undefined)) return;
  throw new GalleyError('GALLEY_COMMAND_USAGE', 'Say what is to be changed: see --help for the options.');
}
