import { randomInt } from 'node:crypto';
import type { Entry, EntryDraft, Site } from 'galley';
import { SYSTEM } from 'galley';
import type { LoggedIn, TestSite } from 'galley/testing';
import type { Comment, NewComment } from './comment.ts';

/** A comment that is not worth describing. For the tests of this folder. */
export const SOME_COMMENT: Omit<NewComment, 'entryId'> = {
  parentId: null,
  userId: null,
  authorName: 'Guest',
  authorEmail: 'guest@example.net',
  authorUrl: '',
  authorAddress: '192.0.2.7',
  agent: 'Test',
  content: 'Well said.',
  status: 'approved',
  type: 'comment',
  createdAt: Date.UTC(2026, 3, 1),
};

/** What a form is sent as. */
export interface Sending {
  /** Who sends it; nobody in particular without. */
  as?: LoggedIn;
  /** Whether the form carries the token of who sends it. */
  hasToken?: boolean;
  headers?: Record<string, string>;
  /** The network it comes from; a new one each time, since each may send only so many. */
  remoteAddress?: string;
}

/** Sends the form below an entry. */
export function sendForm(
  { inject }: TestSite,
  fields: Record<string, string | number>,
  { as, hasToken = true, headers = {}, remoteAddress = `10.${randomInt(256)}.${randomInt(256)}.7` }: Sending = {},
): ReturnType<TestSite['inject']> {
  const values = { ...fields, ...(as && hasToken ? { _token: as.token } : {}) };
  const text = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  const payload = new URLSearchParams(text).toString();
  return inject({
    method: 'POST',
    url: '/comments',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      ...(as ? { cookie: as.cookie } : {}),
      ...headers,
    },
    payload,
    remoteAddress,
  });
}

/** What the form says unless a test says otherwise. */
export function formOf(entry: Entry, more: Record<string, string | number> = {}): Record<string, string | number> {
  return {
    comment_post_ID: entry.id,
    comment_parent: 0,
    author: 'Ada',
    email: 'ada@example.net',
    url: '',
    comment: 'A word of mine.',
    nickname: '',
    ...more,
  };
}

/** A published post. */
export function publish(site: Site, draft: EntryDraft = {}): Promise<Entry> {
  return site.entries.save(
    { type: 'post', status: 'publish', title: 'Open to all', content: '<p>Text.</p>', ...draft },
    { viewer: SYSTEM },
  );
}

/** Adds comments as they are. */
export async function addMany(
  site: Site,
  list: readonly (Partial<NewComment> & { entryId: number })[],
): Promise<Comment[]> {
  const added: Comment[] = [];
  await site.database.transaction(async () => {
    for (const one of list) added.push(await site.services.use('comments').import({ ...SOME_COMMENT, ...one }));
  });
  return added;
}
