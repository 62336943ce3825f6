import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forEachSite } from '../../test/support/sites.ts';
import { ANONYMOUS, SYSTEM } from '../identity/viewer.ts';
import type { EntryDraft } from './draft.ts';
import type { EntryStatus } from './entry.ts';

forEachSite({ plugins: ['posts', 'media'] }, (suite) => {
  const save = (draft: EntryDraft) => suite.current.site.entries.save({ type: 'post', ...draft }, { viewer: SYSTEM });

  describe('who may not publish', () => {
    test('cannot do so with the status of attachments', async () => {
      const { entries } = suite.current.site;
      const { viewer } = await suite.current.loginAs('contributor');
      const draft = { type: 'post', title: 'Smuggled', status: 'inherit' as const };
      await assert.rejects(entries.save(draft, { viewer }), { code: 'GALLEY_INPUT_INVALID' });
      const own = await entries.save({ type: 'post', title: 'Own' }, { viewer });
      await assert.rejects(entries.save({ id: own.id, status: 'inherit' }, { viewer }), {
        code: 'GALLEY_INPUT_INVALID',
      });
      assert.equal(await entries.findOne({ type: 'post', status: 'inherit' }), undefined);
    });

    test('cannot do so by way of the trash', async () => {
      const { entries } = suite.current.site;
      const { viewer } = await suite.current.loginAs('contributor');
      const own = await entries.save({ type: 'post', title: 'Own' }, { viewer });
      for (const formerStatus of ['private', 'publish', 'pending'] as EntryStatus[]) {
        await entries.save({ id: own.id, status: 'trash', formerStatus }, { viewer });
        assert.equal((await entries.restore(own.id, { viewer })).status, 'draft', formerStatus);
      }
    });

    test('cannot forge stamps and identity, which are an import’s', async () => {
      const { entries } = suite.current.site;
      const { viewer } = await suite.current.loginAs('contributor');
      const uuid = '00000000-0000-7000-8000-000000000000';
      const saved = await entries.save({ type: 'post', title: 'Old', uuid, createdAt: 5 }, { viewer });
      assert.notEqual(saved.uuid, uuid);
      assert.ok(saved.createdAt > 5);
    });
  });

  test('the trash needs the right to delete, whichever way something goes there', async () => {
    const { entries, capabilities } = suite.current.site;
    assert.ok(capabilities);
    const { viewer } = await suite.current.loginAs('author');
    const own = await entries.save({ type: 'post', title: 'Kept', status: 'publish' }, { viewer });
    const mayNotDelete = { ...viewer, can: (name: string) => !name.startsWith('delete_') && viewer.can(name) };
    await assert.rejects(entries.trash(own.id, { viewer: mayNotDelete }), { code: 'GALLEY_PERMISSION_DENIED' });
    await assert.rejects(entries.save({ id: own.id, status: 'trash' }, { viewer: mayNotDelete }), {
      code: 'GALLEY_PERMISSION_DENIED',
    });
    const trashed = await entries.save({ id: own.id, status: 'trash' }, { viewer });
    assert.equal(trashed.formerStatus, 'publish');
    assert.equal((await entries.restore(own.id, { viewer })).status, 'publish');
  });

  test('an attachment is as visible as its parent, also below one that needs a password', async () => {
    const { site } = suite.current;
    const editor = (await suite.current.loginAs('editor')).viewer;
    const subscriber = (await suite.current.loginAs('subscriber')).viewer;
    const seen: Record<string, boolean[]> = {};
    const parents: Record<string, EntryDraft> = {
      publish: { status: 'publish' },
      password: { status: 'publish', password: 'secret' },
      draft: { status: 'draft' },
      private: { status: 'private' },
      trash: { status: 'trash' },
    };
    for (const [name, draft] of Object.entries(parents)) {
      const parent = await save({ title: `Parent ${name}`, ...draft });
      const file = await save({ type: 'attachment', status: 'inherit', title: name, parentId: parent.id });
      const found = [ANONYMOUS, subscriber, editor].map(async (viewer) => {
        const read = (await site.entries.get(file.id, viewer)) !== undefined;
        const listed = (await site.entries.find({ type: 'attachment', parent: parent.id }, viewer)).items.length === 1;
        assert.equal(listed, read, name);
        return read;
      });
      seen[name] = await Promise.all(found);
    }
    assert.deepEqual(seen, {
      publish: [true, true, true],
      password: [false, false, true],
      draft: [false, false, true],
      private: [false, false, true],
      trash: [false, false, true],
    });
  });

  test('no query shows what the viewer may not see, whatever it asks for', async () => {
    const { site } = suite.current;
    const { viewer: subscriber } = await suite.current.loginAs('subscriber');
    const statuses: EntryStatus[] = ['draft', 'pending', 'future', 'private', 'trash', 'auto-draft'];
    const term = await site.terms.save({ taxonomy: 'category', name: 'Hidden things' }, { viewer: SYSTEM });
    const hidden = await Promise.all(
      statuses.map((status, index) =>
        save({
          title: `Hidden ${index}`,
          status,
          sticky: true,
          mimeType: 'text/hidden',
          featuredId: 77,
          publishedAt: status === 'future' ? Date.now() + 1e9 : Date.UTC(2001, 1, 1),
          terms: { category: [term.id] },
        }),
      ),
    );
    const all = [...statuses, 'publish', 'inherit'];
    const ids = hidden.map((entry) => entry.id);
    const queries = [
      { ids },
      { uuid: hidden.map((entry) => entry.uuid) },
      { slug: hidden.map((entry) => entry.slug) },
      { path: hidden.flatMap((entry) => entry.path ?? []) },
      { term: { taxonomy: 'category', ids: [term.id] } },
      { term: { taxonomy: 'category', ids: [term.id, 999_999] } },
      { title: 'Hidden' },
      { sticky: true },
      { mimeType: 'text/hid' },
      { featuredIds: [77] },
      { year: 2001 },
      { publishedAfter: Date.now() },
      { after: { value: Date.UTC(2001, 1, 2), id: 1 }, publishedBefore: Date.UTC(2002, 1) },
    ];
    for (const viewer of [ANONYMOUS, subscriber]) {
      for (const query of queries) {
        for (const type of ['post', ['post', 'page', 'wp_block', 'attachment'], undefined]) {
          const asked = { ...query, status: all, ...(type ? { type } : {}) };
          const { items } = await site.entries.find(asked, viewer);
          assert.deepEqual(
            items.filter((item) => ids.includes(item.id)),
            [],
            JSON.stringify(asked),
          );
          assert.equal(await site.entries.count({ ...asked, ids }, viewer), 0);
        }
      }
    }
  });
});
