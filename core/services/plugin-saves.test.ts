import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachSite } from '../../test/support/sites.ts';
import { type Entry, SYSTEM } from '../index.ts';
import { PluginSaves } from './plugin-saves.ts';

forEachSite({ plugins: ['posts'] }, (suite) => {
  const save = (title: string, id?: number): Promise<Entry> => {
    const draft = { type: 'post', status: 'draft' as const, title, ...(id === undefined ? {} : { id }) };
    return suite.current.site.entries.save(draft, { viewer: SYSTEM });
  };

  test('a plugin makes so many entries and no more, until some are gone', async () => {
    const { site } = suite.current;
    const saves = new PluginSaves(site, { maxSaves: 50, maxEntries: 3 });
    const attempts = await Promise.allSettled(
      [1, 2, 3, 4, 5, 6].map((at) => saves.run('a', true, () => save(`A${at}`))),
    );
    const made = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    assert.ok(made.length <= 3);
    while (made.length < 3) made.push(await saves.run('a', true, () => save('later')));
    const isFull = { code: 'GALLEY_INPUT_TOO_LARGE', message: /"a" has made 3 entries/ };
    await assert.rejects(
      saves.run('a', true, () => save('one too many')),
      isFull,
    );
    await saves.run('a', false, () => save('changed', made[0]?.id));
    await saves.run('b', true, () => save('of another'));
    await site.entries.remove(made[0]?.id ?? 0, { viewer: SYSTEM });
    await saves.run('a', true, () => save('in its place'));
    await assert.rejects(
      saves.run('a', true, () => save('again too many')),
      isFull,
    );
  });

  test('what a save did not make does not count as made', async () => {
    const saves = new PluginSaves(suite.current.site, { maxSaves: 50, maxEntries: 1 });
    const fail = (): Promise<Entry> => Promise.reject(new Error('on purpose'));
    for (const _ of [1, 2]) await assert.rejects(saves.run('c', true, fail), /on purpose/);
    await saves.run('c', true, () => save('made'));
  });

  test('and saves so often within a minute, each plugin for itself', async () => {
    const saves = new PluginSaves(suite.current.site, { maxSaves: 2, maxEntries: 9 });
    const { id } = await save('Text');
    for (const title of ['one', 'two']) await saves.run('d', false, () => save(title, id));
    await assert.rejects(
      saves.run('d', false, () => save('three', id)),
      { code: 'GALLEY_RATE_LIMITED', message: /"d" has saved 2 entries within a minute/ },
    );
    await saves.run('e', false, () => save('of another', id));
    await PluginSaves.forget(suite.current.site, 'd');
    await saves.run('d', false, () => save('four', id));
  });
});
