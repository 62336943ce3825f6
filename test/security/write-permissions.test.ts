// Who may change what, by role, owner and state: what the roles of WordPress mean, written down by hand, against the
// calls of the domain; and the routes, which must refuse what these refuse.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS, type Entry, type EntryDraft, isGalleyError, type Revision, SYSTEM, type Viewer } from 'galley';
import type { Route } from '../../core/http/routes.ts';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { inviteAll, type Ticket, ticketOf, type Visitor } from './visitors.ts';

/** In the trash with what they were before. */
const STATES = [
  'draft',
  'pending',
  'publish',
  'future',
  'private',
  'draft in the trash',
  'publish in the trash',
] as const;

/**
 * e edit, p publish, s schedule, v make private, b bring an earlier version back, k keep on top, g give to somebody else,
 * t move to the trash, d delete for good, r restore from the trash, m comment.
 */
type Acts = readonly [string, string, string, string, string, string, string];

const READER: Acts = ['', '', 'm', '', '', '', ''];
/** One's own private entry can be read, whatever one may do else. */
const OWNER: Acts = ['', '', 'm', '', 'm', '', ''];
const MASTER: Acts = ['epsvbkgtd', 'epsvbkgtd', 'esvbkgtdm', 'epvbkgtd', 'epsbkgtdm', 'epsvbkgdr', 'epsvbkgdr'];

const POSTS: Record<string, { own?: Acts; foreign: Acts }> = {
  anonymous: { own: READER, foreign: READER },
  subscriber: { own: OWNER, foreign: READER },
  // What went out is out of a contributor's hands, in the trash too.
  contributor: { own: ['ebtd', 'ebtd', 'm', '', 'ebtdm', 'ebdr', ''], foreign: READER },
  author: { own: ['epsvbtd', 'epsvbtd', 'esvbtdm', 'epvbtd', 'epsbtdm', 'epsvbdr', 'epsvbdr'], foreign: READER },
  editor: { own: MASTER, foreign: MASTER },
  administrator: { foreign: MASTER },
};

const PAGE_MASTER = MASTER.map((acts) => acts.replace('k', '')) as unknown as Acts;
const PAGES: typeof POSTS = {
  anonymous: { own: READER, foreign: READER },
  subscriber: { own: OWNER, foreign: READER },
  contributor: { own: OWNER, foreign: READER },
  author: { own: OWNER, foreign: READER },
  editor: { own: PAGE_MASTER, foreign: PAGE_MASTER },
  administrator: { foreign: PAGE_MASTER },
};

const DAY_MS = 86_400_000;

/** Thrown where something was allowed, so that the store is as before. */
class Undone extends Error {}

/** An entry, with its first version. */
interface Thing {
  entry: Entry;
  revision: Revision;
  state: string;
}

describe('Who may change what', () => {
  let current: TestSite;
  let visitors: Visitor[];
  let stranger: number;
  const things: Record<string, Thing[]> = {};

  before(async () => {
    current = await startTestSite();
    visitors = [{ name: 'anonymous', id: null, viewer: ANONYMOUS }, ...(await inviteAll(current))];
    stranger = (await current.loginAs('author')).user.id;
    await current.site.options.set('comments_flood', 0);
    for (const type of ['post', 'page']) {
      things[type] = [];
      for (const state of STATES) things[type].push(await make(type, state));
    }
  });
  after(() => current.stop());

  async function make(type: string, state: (typeof STATES)[number]) {
    const { entries } = current.site;
    const [status = '', isTrash] = state.split(' in the ');
    const publishedAt = Date.now() + (status === 'future' ? DAY_MS : -DAY_MS);
    const draft = { type, title: `A ${state}`, status, publishedAt, commentStatus: 'open' } as EntryDraft;
    const { id } = await entries.save({ ...draft, authorId: stranger }, { viewer: SYSTEM });
    let entry = await entries.save({ id, title: `The ${state}` }, { viewer: SYSTEM });
    if (isTrash) entry = await entries.trash(id, { viewer: SYSTEM });
    const [revision] = (await entries.revisions(id, SYSTEM)).slice(-1);
    assert.ok(revision);
    return { entry, revision, state };
  }

  /** All that is there belongs to one person now. */
  const giveAllTo = (authorId: number | null) =>
    current.site.database
      .write('entries')
      .whereIn(
        'id',
        Object.values(things)
          .flat()
          .map(({ entry }) => entry.id),
      )
      .update({ author_id: authorId });

  async function isAllowed(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await current.site.database.transaction(async () => {
        await work();
        throw new Undone();
      });
    } catch (error) {
      if (error instanceof Undone) return true;
      // What somebody cannot see is not there for him.
      if (isGalleyError(error, 'GALLEY_PERMISSION_DENIED') || isGalleyError(error, 'GALLEY_ENTRY_UNKNOWN'))
        return false;
      throw error;
    }
    return assert.fail();
  }

  /** The acts that are one in this state, each as the domain knows it. */
  function actsOn({ entry, revision, state }: Thing, viewer: Viewer) {
    const { entries, services } = current.site;
    const { id, type } = entry;
    const save = (draft: EntryDraft) => () => entries.save({ id, ...draft }, { viewer });
    const isTrash = state.endsWith('trash');
    const somebody = visitors.find((visitor) => visitor.id !== null && visitor.id !== viewer.id);
    const all: Record<string, (() => Promise<unknown>) | false> = {
      e: save({ title: 'Changed' }),
      p: state !== 'publish' && save({ status: 'publish', publishedAt: Date.now() - DAY_MS }),
      s: state !== 'future' && save({ status: 'future', publishedAt: Date.now() + DAY_MS }),
      v: state !== 'private' && save({ status: 'private' }),
      b: () => entries.restoreRevision(id, revision.id, { viewer }),
      k: type === 'post' && save({ sticky: true }),
      g: save({ authorId: somebody?.id ?? null }),
      t: !isTrash && (() => entries.trash(id, { viewer })),
      d: () => entries.remove(id, { viewer }),
      r: isTrash && (() => entries.restore(id, { viewer })),
      m: () => services.use('comments').add({ ...GUEST, entryId: id }, { viewer }),
    };
    return Object.entries(all).filter((item): item is [string, () => Promise<unknown>] => item[1] !== false);
  }
  const GUEST = { authorName: 'A guest', authorEmail: 'guest@example.net', content: 'What of it?' };

  /** Tries all that could be done with the entries of a type, as everybody. */
  async function check(type: string, table: typeof POSTS): Promise<void> {
    const found: Record<string, Record<string, Record<string, string>>> = {};
    const wanted: typeof found = {};
    for (const { name, id, viewer } of visitors) {
      // What an administrator may do with the entries of others he may do with his own.
      for (const whose of name === 'administrator' ? (['foreign'] as const) : (['own', 'foreign'] as const)) {
        await giveAllTo(whose === 'own' ? id : stranger);
        const row: Record<string, string> = {};
        for (const thing of things[type] ?? []) {
          let allowed = '';
          for (const [act, work] of actsOn(thing, viewer)) if (await isAllowed(work)) allowed += act;
          row[thing.state] = allowed;
        }
        found[name] = { ...found[name], [whose]: row };
        const acts = table[name]?.[whose] ?? [];
        const order = 'epsvbkgtdrm';
        const sorted = acts.map((text) => [...text].sort((a, b) => order.indexOf(a) - order.indexOf(b)).join(''));
        wanted[name] = {
          ...wanted[name],
          [whose]: Object.fromEntries(STATES.map((state, at) => [state, sorted[at] ?? ''])),
        };
      }
    }
    assert.deepEqual(found, wanted);
  }

  test('each role does with posts what its name says, by owner and state', () => check('post', POSTS));
  test('each role does with pages what its name says, by owner and state', () => check('page', PAGES));

  /** Who may not edit what, for the routes: the table above says why. */
  const KEPT_OUT: [who: string, whose: 'own' | 'foreign', states: string[]][] = [
    ['subscriber', 'own', ['draft']],
    ['contributor', 'own', ['publish', 'publish in the trash']],
    ['contributor', 'foreign', ['draft', 'publish']],
    ['author', 'foreign', ['private', 'publish']],
  ];
  const CONTENT = ['entries', 'entry_meta', 'revisions', 'comments', 'autosaves', 'edit_locks', 'preview_links'];
  const REVIEW = ['workflow_places', 'workflow_changes', 'workflow_notes', 'histories'];

  /** All that is kept of content, in words. */
  async function all(): Promise<string> {
    const rows = [...CONTENT, ...REVIEW].map((table) => current.site.database.read(table).select('*'));
    return JSON.stringify(await Promise.all(rows));
  }

  /** What was typed comes back with 409 where the entry is out of reach; who merges needs what was sealed for him. */
  const OTHERWISE: Record<string, number> = {
    '/admin/content/:type/:id(int)': 409,
    '/admin/content/:type/:id(int)/merge': 400,
  };
  const KEY = '00000000-0000-4000-8000-000000000000';
  /** What the interfaces for scripts want to be told. */
  function bodyOf(path: string, { entry }: Thing): Record<string, unknown> | undefined {
    if (path.startsWith('/admin/api/edit-locks/')) return { holder: KEY, want: 'take' };
    if (path.startsWith('/admin/api/workflow/notes/')) return { body: 'Mine' };
    const kept = { entryId: entry.id, type: entry.type, key: KEY, holder: KEY, version: entry.version };
    return path === '/admin/api/autosaves' ? { ...kept, form: { title: ['Mine'] } } : undefined;
  }

  async function send(route: Route, thing: Thing, { cookie, token }: Ticket) {
    const { entry, revision } = thing;
    const ids = { type: entry.type, id: String(entry.id), revision: String(revision.id), link: '1' };
    const json = bodyOf(route.path, thing);
    return current.inject({
      method: route.method,
      url: route.pattern.build(ids),
      headers: {
        cookie,
        'x-csrf-token': token,
        'sec-fetch-site': 'same-origin',
        'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded',
      },
      payload: json
        ? JSON.stringify(json)
        : new URLSearchParams({ title: 'Mine', version: String(entry.version) }).toString(),
    });
  }

  test('each route of an entry refuses whom the domain refuses, and leaves nothing behind', async () => {
    const ofEntries =
      /^\/admin\/((content|preview)\/:type|(api\/)?edit-locks|api\/workflow\/notes)\/:id|^\/admin\/api\/autosaves$/;
    const routes = current.site.routes.list().filter(({ method, path }) => method !== 'GET' && ofEntries.test(path));
    assert.ok(routes.length >= 17, routes.map(({ path }) => path).join(' '));
    const wrong: string[] = [];
    for (const [who, whose, states] of KEPT_OUT) {
      const visitor = visitors.find(({ name }) => name === who);
      assert.ok(visitor);
      await giveAllTo(whose === 'own' ? visitor.id : stranger);
      const before = await all();
      const ticket = await ticketOf(current.site, visitor);
      for (const thing of (things['post'] ?? []).filter(({ state }) => states.includes(state))) {
        for (const route of routes) {
          const { statusCode, body } = await send(route, thing, ticket);
          const isTold = ['draft', 'private'].includes(thing.state) && body.includes(thing.entry.title);
          if (isTold || ![403, 404, OTHERWISE[route.path]].includes(statusCode))
            wrong.push(`${who}: ${route.method} ${route.path}, ${whose} ${thing.state}: ${statusCode} ${isTold}`);
        }
      }
      assert.equal(await all(), before, `${who}, ${whose}`);
    }
    assert.deepEqual(wrong, []);
  });
});
