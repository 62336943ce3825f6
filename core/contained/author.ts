// What a plugin that can be contained imports, as `galley/contained`. The same source runs in the plugin host, where
// nothing else exists, and in the worker.
import type { GalleyApi } from './galley-api.ts';

export type { FoundEntry, GalleyApi } from './galley-api.ts';

/** Answers with plain data, at once or later. `galley` offers what the manifest declares, and nothing else. */
// biome-ignore lint/suspicious/noExplicitAny: what comes in is known to the author of the handler alone.
export type ContainedHandler = (input: any, galley: GalleyApi) => unknown;

type Handlers = Record<string, ContainedHandler>;

/** The handlers of a plugin, each under the name that the manifest declares. */
export interface ContainedDefinition {
  hooks?: Handlers;
  routes?: Handlers;
  /** Data for the templates of blocks: gets all blocks of a page, returns one record for each. */
  blocks?: Handlers;
  panels?: Handlers;
  cron?: Handlers;
  jobs?: Handlers;
}

/**
 * Makes a plugin that can be contained. Its module's default export is what this returns.
 *
 * @example
 * export default contained({
 *   hooks: { 'view:head': ({ page }) => [{ tag: 'meta', attributes: { name: 'robots', content: page.kind } }] },
 * });
 */
export function contained(definition: ContainedDefinition): ContainedDefinition {
  return definition;
}
