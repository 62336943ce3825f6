import type { CollectHook, Entry, FilterHook, Site, Viewer } from 'galley';

/** A link of the bar. */
export interface BarItem {
  /** Plain English; translated where it is shown. */
  label: string;
  url: string;
  /** The first thing to do on this page. */
  isMain?: boolean;
  /**
   * Address of a script that is loaded when the link is chosen. It may do the work in place of the link: by listening to
   * `galley:bar-item` on the document, with `url` and `from`, and preventing its default.
   */
  script?: string;
}

/** Something that must be known on this page: a preview, somebody else's eyes. */
export interface BarBanner {
  text: string;
  link?: { label: string; url: string };
}

/** For whom, and over which page, the bar is made. */
export interface BarInput {
  site: Site;
  viewer: Viewer;
  /** What the page shows, where that is one entry that the person may read. */
  entry: Entry | undefined;
}

declare module 'galley' {
  interface Hooks {
    'admin-bar:items': FilterHook<BarItem[], [input: BarInput]>;
    'admin-bar:banners': CollectHook<BarInput, BarBanner>;
  }
}

/** Defines what other plugins can add to. */
export function defineHooks(site: Site): void {
  site.hooks.define('admin-bar:items', {
    kind: 'filter',
    onError: 'skip',
    summary: 'The bar over a page of the site is put together for somebody who is logged in.',
    args: { items: 'its links, in order', input: 'who looks, and at which entry' },
  });
  site.hooks.define('admin-bar:banners', {
    kind: 'collect',
    summary: 'Says what somebody who is logged in must know on this page of the site, such as that it is a preview.',
    args: { input: 'who looks, and at which entry' },
  });
}
