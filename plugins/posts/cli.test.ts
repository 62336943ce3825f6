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
