// What contained plugins are told of, and what they may refuse or change, in each tier.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { forEachTier, type LoggedIn, until } from 'galley/testing';
import type { Comments } from '../plugins/comments/comments.ts';
import type { Media } from '../plugins/media/media.ts';
import { Notes } from '../plugins/workflow/notes.ts';
import { writePlugins } from './support/contained-plugins.ts';

const HOOKS = {
  'entry:saving': ['id', 'status', 'from', 'title', 'excerpt', 'fields.secret'],
  'entry:saved': ['entry.id', 'entry.title', 'entry.status', 'from'],
  'comment:saved': ['comment.content', 'comment.status', 'comment.authorEmail', 'from'],
  'user:saved': ['user.name', 'user.email', 'isNew'],
  'file:received': ['name', 'type', 'path'],
  'note:added': ['entry.title', 'note.text'],
};
const EAR = {
  name: 'ear',
  capabilities: [
    ...['kv', 'content:check:post', 'content:read:post', 'content:read:post:draft'],
    ...['comments:read', 'users:read', 'media:check', 'notes:read'],
  ],
  contained: { hooks: Object.fromEntries(Object.entries(HOOKS).map(([name, input]) => [name, { input }])) },
  source: `const seen = [];
  const hear = (hook) => async (input, galley) => {
    if (hook === 'entry:saving') seen.push(input);
    else await galley.kv.append('heard', { hook, ...input }, 50);
    if (hook === 'file:received' && input.name.startsWith('bad')) return { refused: 'Not this name.' };
    if (hook !== 'entry:saving') return;
    if (input.title.includes('forbidden')) return { refuse: 'Not this word.' };
    if (input.title.includes('told')) return { set: { title: JSON.stringify(seen) } };
    if (input.title.includes('fail')) await galley.kv.get('heard');
    if (input.title.includes('loud'))
      return { set: { title: 'Quiet<script>x()</script>', slug: 'not-declared', status: 'publish', authorId: 1 } };
  };
  export default { hooks: { ${Object.keys(HOOKS)
    .map((name) => `'${name}': hear('${name}')`)
    .join(', ')} } };`,
};
const folder = writePlugins([EAR, { ...EAR, name: 'deaf', capabilities: ['kv'] }]);

forEachTier(
  join(folder, 'ear'),
  { plugins: ['posts', 'comments', 'media', 'dashboard', 'workflow', 'deaf'] },
  (suite) => {
    let editor: LoggedIn;
    before(async () => {
      editor = await suite.current.loginAs('editor');
      // The first posts of a site are saved while the plugin host starts.
      await until(async () => (await heard('user:saved')).length > 0);
      suite.current.site.plugins.need('ear').faults.length = 0;
    });
    const heard = async (hook: string, plugin = 'ear'): Promise<Record<string, unknown>[]> => {
      const { calls } = suite.current.site.contained;
      const all = ((await calls.run(plugin, 'kv.get', { key: 'heard' })) ?? []) as Record<string, unknown>[];
      return all.filter((item) => item['hook'] === hook).map(({ hook: _, ...rest }) => rest);
    };
    const last = async (hook: string, isIt: (item: Record<string, unknown>) => boolean): Promise<unknown> => {
      await until(async () => (await heard(hook)).some(isIt));
      return (await heard(hook)).findLast(isIt);
    };
    const save = (title: string, more: object = {}): Promise<Entry> =>
      suite.current.site.entries.save({ type: 'post', status: 'draft', title, ...more }, { viewer: editor.viewer });

    test('before an entry is saved it may be refused with a reason, or changed in what was declared', async () => {
      await assert.rejects(save('A forbidden word'), /The ear: Not this word\./);
      const changed = await save('Too loud');
      const { title, slug, status, authorId } = changed;
      assert.deepEqual({ title, status, authorId }, { title: 'Quiet', status: 'draft', authorId: editor.user.id });
      assert.notEqual(slug, 'not-declared');
      await suite.current.site.entries.save({ id: changed.id, excerpt: 'B' }, { viewer: editor.viewer });
      const told = JSON.parse((await save('What was told?')).title) as unknown[];
      const seen = { id: changed.id, status: 'draft', from: 'draft', title: 'Quiet', excerpt: 'B' };
      assert.deepEqual(told.at(-2), seen);
      await suite.current.site.entries.save({ type: 'page', title: 'A forbidden page' }, { viewer: editor.viewer });
      const imported = { type: 'post', title: 'A forbidden import' } as const;
      await suite.current.site.entries.save(imported, { viewer: SYSTEM, isImport: true });
    });

    test('of a change of status it is told, also where it may not read what became of it', async () => {
      const { entries } = suite.current.site;
      const { id } = await save('Walk');
      await entries.save({ id, status: 'publish' }, { viewer: editor.viewer });
      const isIt = (status: string) => (item: Record<string, unknown>) => {
        const entry = item['entry'] as { id: number; status: string };
        return entry.id === id && entry.status === status;
      };
      const published = await last('entry:saved', isIt('publish'));
      assert.deepEqual(published, { entry: { id, title: 'Walk', status: 'publish' }, from: 'draft' });
      await entries.trash(id, { viewer: editor.viewer });
      assert.deepEqual(await last('entry:saved', isIt('trash')), { entry: { id, status: 'trash' }, from: 'publish' });
    });

    test('of comments, people and notes it hears what it may', async () => {
      const { site } = suite.current;
      const { id: entryId } = await save('Discussed', { status: 'publish' });
      const comment = { entryId, content: 'Fine.', authorName: 'Ann', authorEmail: 'ann@example.net' };
      await (site.services.need('comments') as Comments).add(comment, { viewer: SYSTEM });
      assert.deepEqual(await last('comment:saved', () => true), {
        comment: { content: '<p>Fine.</p>', status: 'approved' },
        from: null,
      });
      const { user } = await suite.current.loginAs('author');
      const isNew = await last('user:saved', (item) => (item['user'] as { name: string }).name === user.name);
      assert.deepEqual(isNew, { user: { name: 'The author' }, isNew: true });
      const before = (await heard('user:saved')).length;
      await site.users.update(user.id, { email: 'other@example.org' }, { by: SYSTEM });
      await site.users.update(user.id, { name: 'Ann' }, { by: SYSTEM });
      await last('user:saved', (item) => (item['user'] as { name: string }).name === 'Ann');
      assert.equal((await heard('user:saved')).length, before + 1, 'a mail address is no news');
      await new Notes(site).add(await site.entries.need(entryId), { body: 'Look.' }, editor.viewer);
      assert.deepEqual(await last('note:added', () => true), {
        entry: { title: 'Discussed' },
        note: { text: 'Look.' },
      });
    });

    test('a file may be kept out by its name', async () => {
      const media = suite.current.site.services.need('media') as Media;
      const receive = (name: string): Promise<Entry> => {
        const path = join(suite.current.contentDir, name);
        writeFileSync(path, '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
        return media.receive({ path, name }, { viewer: editor.viewer });
      };
      await assert.rejects(receive('bad.pdf'), /The ear: Not this name\./);
      assert.equal((await receive('good.pdf')).type, 'attachment');
      assert.deepEqual((await heard('file:received')).at(-1), { name: 'good.pdf', type: 'application/pdf' });
    });

    test('one that asks for nothing hears nothing, and one that fails keeps nobody from saving', async () => {
      for (const hook of Object.keys(HOOKS)) assert.deepEqual(await heard(hook, 'deaf'), [], hook);
      const { contained, plugins } = suite.current.site;
      assert.equal((await save('Will fail')).title, 'Will fail');
      await last('entry:saved', (item) => (item['entry'] as { title: string }).title === 'Will fail');
      const faults = plugins.need('ear').faults.map(({ where, message }) => [where, /kv\.get, only log/.test(message)]);
      assert.deepEqual(faults, [['hooks entry:saving', true]]);
      plugins.need('ear').faults.length = 0;
      assert.equal(contained.hosts.isOut('ear'), false);
    });
  },
);
