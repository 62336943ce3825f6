import { GalleyError, SYSTEM, type Viewer } from 'galley';

/** Whoever the CLI says acts; the system unless `--user` names somebody. */
export const viewerOf = (context: object): Viewer => ('viewer' in context ? (context.viewer as Viewer) : SYSTEM);

/** @throws GALLEY_COMMAND_USAGE */
export const idOf = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new GalleyError('GALLEY_COMMAND_USAGE', `"${text}" is no id.`);
  return Number(text);
};
