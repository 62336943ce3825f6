// A server process of its own, to be killed: serves until then, and says first what it found in the store.
import { SYSTEM } from 'galley';
import { startTestSite, TEST_PASSWORD } from '../../core/testing.ts';
import type { FoundEntry } from './saver.ts';

/** What the child is told. */
export interface ChildOrder {
  contentDir: string;
  database?: string;
}

/** What the child says when it serves. */
export interface ChildHello {
  origin: string;
  entries: FoundEntry[];
  /** Counts that were wrong. */
  wrongCounts: number;
}

const ENTRIES = 3;
const order = JSON.parse(process.argv[2] ?? '{}') as ChildOrder;
const { site } = await startTestSite({ ...order, plugins: ['posts', 'blocks', 'users', 'dashboard', 'autosave'] });
const [known] = await site.users.list({ limit: 100 }, SYSTEM);
if (!known) {
  const roles = ['administrator'];
  await site.users.create(
    { login: 'ada', name: 'Ada', email: 'ada@example.org', password: TEST_PASSWORD, roles },
    SYSTEM,
  );
  for (let count = 0; count < ENTRIES; count++)
    await site.entries.save(
      {
        type: 'post',
        slug: `killed-${count}`,
        title: '0',
        content: '0',
        excerpt: '0',
        status: 'publish',
        terms: { post_tag: ['n0'] },
      },
      { viewer: SYSTEM },
    );
}
const { items } = await site.entries.find({ type: 'post', limit: 50, order: 'id' }, SYSTEM);
const killed = items.filter(({ slug }) => slug.startsWith('killed-'));
const terms = await site.terms.ofEntries(killed.map(({ id }) => id));
const entries: FoundEntry[] = [];
for (const { id, version, title, content, excerpt } of killed) {
  const tags = (terms.get(id) ?? []).filter(({ taxonomy }) => taxonomy === 'post_tag').map(({ name }) => name);
  const revisions = (await site.entries.revisions(id, SYSTEM)).map((each): [number, string] => [
    each.version,
    each.title,
  ]);
  entries.push({ id, version, title, content, excerpt, tags, revisions });
}
const { summaries: wrongCounts } = await site.entries.recount();
const origin = await site.http.listen({ port: 0 });
process.stdout.write(`${JSON.stringify({ origin, entries, wrongCounts } satisfies ChildHello)}\n`);
