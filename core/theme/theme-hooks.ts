import type { Viewer } from '../identity/viewer.ts';
import type { ActionHook, CollectHook, FilterHook, HookDefinition } from '../kernel/hook-types.ts';
import type { SafeHtml } from '../lib/escape.ts';
import type { ViewQuery } from './helper-types.ts';
import type { View } from './view.ts';

/** What is known of a rendering besides its view. */
export interface RenderContext {
  /** The template that was chosen. */
  template: string;
  viewer: Viewer;
  /** Adds cache tags to the page. */
  tag: (...tags: string[]) => void;
}

/** Needs that a template has stated with `{{#query}}`, all of a page at once. */
export interface ViewNeeds extends RenderContext {
  queries: readonly ViewQuery[];
  view: View;
}

/** The answer to one need. */
export interface ViewAnswer {
  /** The key of the query. */
  key: string;
  items: readonly unknown[];
}

/** A theme became the site's. */
export interface ThemeActivated {
  name: string;
  previous: string;
}

/** The hooks that the theme layer fires, for the catalogue. */
export const themeHooks: Record<'view:page' | 'view:head' | 'view:queries' | 'theme:activated', HookDefinition> = {
  'view:page': {
    kind: 'filter',
    onError: 'skip',
    summary:
      'A page is about to be rendered. Add to its view, once for the whole page; templates get what is returned.',
    args: {
      view: 'all that the template gets',
      context: 'the template, who looks, and a function that takes cache tags',
    },
  },
  'view:head': {
    kind: 'collect',
    summary: 'Tags for the head of a page, as SafeHtml.',
    args: { input: 'the view of the page, the template, who looks, and a function that takes cache tags' },
  },
  'view:queries': {
    kind: 'collect',
    summary:
      'Templates ask for further data by {{#query}}. Answer, by key, those that you know, all with as few queries as can be.',
    args: { needs: 'the queries of the page, its view, who looks, and a function that takes cache tags' },
  },
  'theme:activated': {
    kind: 'action',
    summary: 'The site has another theme.',
    args: { event: 'its name and that of the one before' },
  },
};

declare module '../kernel/hook-types.ts' {
  interface Hooks {
    'view:page': FilterHook<View, [context: RenderContext]>;
    'view:head': CollectHook<RenderContext & { view: View }, SafeHtml>;
    'view:queries': CollectHook<ViewNeeds, ViewAnswer>;
    'theme:activated': ActionHook<[event: ThemeActivated]>;
  }
}
