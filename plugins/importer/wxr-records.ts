/** Facts of the site that an export comes from. */
export interface WxrSite {
  kind: 'site';
  line: number;
  version: string;
  title: string;
  link: string;
  description: string;
  language: string;
  siteUrl: string;
  blogUrl: string;
}

/** What only Galley writes, in a namespace of its own that others ignore. Taken as input: check each value. */
export type WxrData = Readonly<Record<string, unknown>>;

/** Somebody who wrote what is in the export. */
export interface WxrAuthor {
  kind: 'author';
  line: number;
  data: WxrData;
  id: number | null;
  login: string;
  email: string;
  displayName: string;
  firstName: string;
  lastName: string;
}

/** A key and its value, kept as text: PHP-serialised values are never turned into anything. */
export interface WxrMeta {
  key: string;
  value: string;
}

/** A category, a tag, or a term of any taxonomy. */
export interface WxrTerm {
  kind: 'term';
  line: number;
  data: WxrData;
  id: number | null;
  taxonomy: string;
  slug: string;
  parentSlug: string;
  name: string;
  description: string;
  meta: WxrMeta[];
}

/** A comment below an item. */
export interface WxrComment {
  data: WxrData;
  id: number;
  author: string;
  email: string;
  url: string;
  address: string;
  date: string;
  dateGmt: string;
  content: string;
  approved: string;
  type: string;
  parent: number;
  userId: number;
  meta: WxrMeta[];
}

/** A post, page, attachment, menu item or anything else. Dates are as written: `2012-01-09 10:00:00`. */
export interface WxrItem {
  kind: 'item';
  line: number;
  data: WxrData;
  title: string;
  link: string;
  creator: string;
  guid: string;
  content: string;
  excerpt: string;
  id: number;
  date: string;
  dateGmt: string;
  modified: string;
  modifiedGmt: string;
  commentStatus: string;
  pingStatus: string;
  slug: string;
  status: string;
  parent: number;
  order: number;
  type: string;
  password: string;
  sticky: boolean;
  attachmentUrl: string;
  terms: { taxonomy: string; slug: string; name: string }[];
  meta: WxrMeta[];
  comments: WxrComment[];
}

/** What an export is made of. */
export type WxrRecord = WxrSite | WxrAuthor | WxrTerm | WxrItem;
