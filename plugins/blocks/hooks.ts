import type { FirstHook, Image, PresentedDate, Site, ViewComments, Viewer } from 'galley';

/** Who asks, and where to put the cache tags of what is shown. */
export interface BlockQuestion {
  viewer: Viewer;
  language: string;
  tag: (...tags: string[]) => void;
}

/** A comment in a list of the latest. */
export interface LatestComment {
  author: { name: string; url?: string; avatar?: string; initials: string };
  url: string;
  entry: { title: string; url: string };
  published: PresentedDate;
  /** Plain text. */
  excerpt: string;
}

declare module 'galley' {
  interface Hooks {
    'blocks:images': FirstHook<BlockQuestion & { ids: readonly number[]; size: string }, Map<number, Image>>;
    'blocks:comments': FirstHook<BlockQuestion & { entryIds: readonly number[] }, Map<number, ViewComments>>;
    'blocks:latest-comments': FirstHook<BlockQuestion & { limit: number }, LatestComment[]>;
    'blocks:pattern': FirstHook<{ slug: string }, string>;
    'blocks:logo': FirstHook<BlockQuestion, Image>;
  }
}

/** Defines the questions that blocks ask other plugins. Where nobody answers, the block shows nothing. */
export function defineHooks(site: Site): void {
  site.hooks.define('blocks:images', {
    kind: 'first',
    summary: 'Blocks need pictures of the media library. Answer with those of `ids` that the viewer may see.',
    args: { question: 'ids, size, who asks, and where cache tags go' },
  });
  site.hooks.define('blocks:comments', {
    kind: 'first',
    summary: 'Blocks show the comments of entries. Answer with the comments and forms of all of `entryIds` at once.',
    args: { question: 'entryIds, who asks, and where cache tags go' },
  });
  site.hooks.define('blocks:latest-comments', {
    kind: 'first',
    summary: 'A block lists the latest comments of the site. Answer with up to `limit`, newest first.',
    args: { question: 'limit, who asks, and where cache tags go' },
  });
  site.hooks.define('blocks:pattern', {
    kind: 'first',
    summary: 'A pattern block stands in a text. Answer with the block markup of the pattern.',
    args: { question: 'the slug of the pattern' },
  });
  site.hooks.define('blocks:logo', {
    kind: 'first',
    summary: 'A block shows the logo of the site. Answer with the picture.',
    args: { question: 'who asks, and where cache tags go' },
  });
}

/** The part of a context that goes along with every question. */
export function asking(context: BlockQuestion): BlockQuestion {
  return { viewer: context.viewer, language: context.language, tag: (...tags) => context.tag(...tags) };
}
