import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommandOutput, SYSTEM, type TableOptions } from 'galley';
import { startTestSite } from 'galley/testing';

test('a list shows the newest, and its total counts also what is not shown', async () => {
  const { site, stop } = await startTestSite();
  try {
    const before = await site.entries.count({ type: 'page', status: ['draft'] }, SYSTEM);
    for (const title of ['One', 'Two', 'Three'])
      await site.entries.save({ type: 'page', title, status: 'draft' }, { viewer: SYSTEM });
    const list = async (options: object): Promise<{ ids: unknown[]; total: number | undefined }> => {
      const said: { rows: readonly object[]; options: TableOptions } = { rows: [], options: {} };
      const output = {
        asked: [],
        table: (rows: readonly object[], given: TableOptions = {}) => Object.assign(said, { rows, options: given }),
      } as unknown as CommandOutput;
      const given = { post_type: 'page', post_status: ['draft'], ...options };
      const context = { site, config: site.config, args: {}, options: given, output, viewer: SYSTEM };
      await site.commands.need('post list').run(context as never);
      return {
        ids: said.rows.map((row) => (row as { post_title: unknown }).post_title),
        total: await said.options.total?.(),
      };
    };
    assert.deepEqual((await list({})).ids.slice(0, 3), ['Three', 'Two', 'One']);
    assert.equal((await list({})).total, before + 3);
    assert.deepEqual(await list({ limit: 2 }), { ids: ['Three', 'Two'], total: 2 });
  } finally {
    await stop();
  }
});

test('what was removed for good is listed with who did it, as whoever asks may know it', async () => {
  const { site, loginAs, stop } = await startTestSite();
  try {
    const editor = await loginAs('editor');
    for (const title of ['Imprint', 'Prices']) {
      const { id } = await site.entries.save({ type: 'page', title, status: 'publish' }, { viewer: SYSTEM });
      await site.entries.trash(id, { viewer: editor.viewer });
      await site.entries.remove(id, { viewer: SYSTEM });
    }
    const list = async (options: object, viewer = SYSTEM): Promise<unknown[]> => {
      const said: object[] = [];
      const table = (rows: readonly object[]): void => void said.push(...rows);
      const output = { asked: [], table } as unknown as CommandOutput;
      const context = { site, config: site.config, args: {}, options, output, viewer };
      await site.commands.need('post removed').run(context as never);
      return (said as { post_title: string; trashed_by: string; deleted_by: string }[]).map((row) => [
        row.post_title,
        row.trashed_by,
        row.deleted_by,
      ]);
    };
    const { login, id, email } = editor.user;
    assert.deepEqual(await list({}), [
      ['Prices', login, ''],
      ['Imprint', login, ''],
    ]);
    assert.deepEqual(await list({ search: 'impr', by: login, post_type: ['page'] }), [['Imprint', login, '']]);
    for (const by of [String(id), email]) assert.equal((await list({ by })).length, 2, by);
    assert.deepEqual(await list({ post_type: ['post'] }), []);
    assert.deepEqual(await list({}, (await loginAs('author')).viewer), []);
    await assert.rejects(list({ by: 'nobody' }), { code: 'GALLEY_USER_UNKNOWN' });
  } finally {
    await stop();
  }
});
