import type { Image, PresentedAuthor, PresentedDate, PresentedEntry } from '../content/presenter.ts';
import type { SafeHtml } from '../lib/escape.ts';

/** An entry of a menu. */
export interface MenuItem {
  title: string;
  url: string;
  /** Whether it leads to this page, or to a page above it. */
  current: boolean;
  ancestor: boolean;
  target?: string;
  rel?: string;
  description?: string;
  classes: string[];
  children: MenuItem[];
}

/** A term as lists show it. */
export interface ViewTerm {
  name: string;
  slug: string;
  url: string;
}

/** A comment, prepared for templates. */
export interface PresentedComment {
  id: number;
  author: { name: string; url?: string; initials: string; avatar?: string };
  html: SafeHtml;
  published: PresentedDate;
  url: string;
  replyUrl?: string;
  /** Waits for moderation. */
  pending: boolean;
  byAuthor: boolean;
  depth: number;
  children: PresentedComment[];
}

/** The comments of a page and their form. */
export interface ViewComments {
  open: boolean;
  requiresLogin: boolean;
  count: number;
  heading: string;
  items: PresentedComment[];
  form?: {
    action: string;
    entryId: number;
    parentId?: number | null;
    replyingTo?: { name: string; cancelUrl?: string } | null;
    values: Record<string, string>;
    errors: Record<string, string>;
    /** The name of whoever is logged in: then the form asks for none. */
    signedIn?: string;
    /** Fields that the form carries along. */
    hidden?: SafeHtml[];
    /** What becomes of what is written there. */
    note?: string;
  };
  pagination?: ViewPagination;
}

/** Links through a list. */
export interface ViewPagination {
  page: number;
  pages: number;
  total: number;
  previous?: string;
  next?: string;
  items: { number: number; url: string; current: boolean; gap: boolean }[];
}

/** The page itself: what goes into `<head>` and what it is about. */
export interface ViewPage {
  title: string;
  heading?: string;
  description?: string;
  canonical?: string;
  /** `home`, `single`, `page`, `archive`, `search`, `error` … */
  kind: string;
  bodyClasses: string[];
  robots?: string;
  /** Which page of a list, from 1. */
  number: number;
  /** Tags for `<head>`; the hook `view:head` adds to them. */
  head: SafeHtml[];
  feedUrl?: string;
}

/** The site as templates know it. */
export interface ViewSite {
  title: string;
  tagline: string;
  url: string;
  home: string;
  /** Language tag, such as `de-AT`. */
  language: string;
  direction: 'ltr' | 'rtl';
  logo?: Image;
  /** The page about privacy, where there is one. */
  privacy?: { title: string; url: string };
  /** IANA time zone; by default the option `timezone`. */
  timeZone?: string;
}

/** The parts of a view that controllers make and themes know. */
export interface ViewParts {
  site: ViewSite;
  page: ViewPage;
  /** Set by the renderer. */
  theme?: {
    name: string;
    variation: string;
    options: Record<string, unknown>;
    stylesheets: string[];
    scripts: string[];
  };
  menus?: Record<string, MenuItem[]>;
  widgets?: Record<string, SafeHtml[]>;
  entry?: PresentedEntry;
  entries?: PresentedEntry[];
  lead?: PresentedEntry[];
  pagination?: ViewPagination;
  term?: { name: string; description: SafeHtml; taxonomy: string; url: string; count: number; children: ViewTerm[] };
  author?: PresentedAuthor;
  date?: { label: string; year: number; month?: number; day?: number };
  search?: { query: string; total: number; capped: boolean; tooSlow?: boolean };
  comments?: ViewComments;
  adjacent?: { previous?: { title: string; url: string }; next?: { title: string; url: string } };
  related?: PresentedEntry[];
  error?: { status: number; code?: string; id: string; message: string };
  notices?: { kind: string; text: string }[];
}

/**
 * All that a template gets: plain data, made by a controller, enriched by the filter `view:page`. Every text is
 * escaped when it is printed but for `SafeHtml`.
 */
export interface View extends ViewParts {
  /** What plugins and context providers add. */
  [name: string]: unknown;
}

/** What a controller hands to the renderer: at least what its page is; what the site is gets filled in. */
export interface PartialView extends Partial<Omit<ViewParts, 'page' | 'theme'>> {
  page: Partial<ViewPage> & { kind: string };
  /** Further stylesheets and scripts, by their addresses. */
  theme?: { stylesheets?: string[]; scripts?: string[] };
  [name: string]: unknown;
}
