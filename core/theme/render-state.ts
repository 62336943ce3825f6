import type { RenderState } from './helper-types.ts';

/** What must be known to render a template; the rest begins empty. */
export type RenderFacts = Pick<RenderState, 'view' | 'messages' | 'timeZone' | 'asset' | 'route'>;

/**
 * What belongs to one rendering. The theme's renderer makes one for each page; so does whoever renders templates of
 * its own, such as the admin, with a `TemplateSet` of its own.
 *
 * @example set.render('list', renderState({ view, messages, timeZone: 'UTC', asset, route }));
 */
export function renderState(facts: RenderFacts): RenderState {
  return { ...facts, sections: new Map(), answers: new Map(), needs: new Map() };
}
