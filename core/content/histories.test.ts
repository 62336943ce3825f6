import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Snapshot, SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';

describe('Histories of things that are no entries', () => {
  forEachSite({ plugins: ['posts'] }, (suite) => {
    const site = () => suite.current.site;
    const by = { viewer: SYSTEM };

    test('a term keeps what it was, and comes back in all or in one part', async () => {
      const [above, term] = [
        await site().terms.save({ taxonomy: 'category', name: 'Above' }, by),
        await site().terms.save({ taxonomy: 'category', name: 'First', description: 'One' }, by),
      ];
      const subject = String(term.id);
      assert.deepEqual(await site().histories.list('term', subject, SYSTEM), [], 'nothing until something changes');
      await site().terms.save({ id: term.id, name: 'Second', description: 'Two', parentId: above.id }, by);
      await site().terms.save({ id: term.id, name: 'Second' }, by);
      const states = await site().histories.list('term', subject, SYSTEM);
      assert.deepEqual(
        states.map(({ snapshot, createdAt }) => [snapshot['name'], createdAt === null]),
        [
          ['Second', false],
          ['First', true],
        ],
      );
      const first = states[1]?.id ?? 0;
      const state = async () =>
        site().histories.stateOf((await site().histories.get('term')?.read(subject)) ?? ({} as Snapshot));
      const seen = await state();
      await site().histories.restore('term', subject, first, { viewer: SYSTEM, part: 'description', state: seen });
      const partly = await site().terms.get(term.id);
      assert.deepEqual([partly?.name, partly?.description, partly?.parentId], ['Second', 'One', above.id]);
      await assert.rejects(
        site().histories.restore('term', subject, first, { viewer: SYSTEM, state: seen }),
        { code: 'GALLEY_ENTRY_CONFLICT' },
        'somebody changed it since',
      );
      await site().histories.restore('term', subject, first, { viewer: SYSTEM, state: await state() });
      const whole = await site().terms.get(term.id);
      assert.deepEqual([whole?.name, whole?.description, whole?.parentId], ['First', 'One', null]);
      const author = (await suite.current.loginAs('author')).viewer;
      await assert.rejects(site().histories.list('term', subject, author), { code: 'GALLEY_HISTORY_UNKNOWN' });
    });

    test('a plugin gives its thing a history; it is bounded, and holds no secret', async () => {
      let value = 'zero';
      const taken: unknown[] = [];
      const remove = site().histories.define('test-thing', {
        title: 'Thing',
        find: async () => ({ title: 'Thing', url: '/admin' }),
        read: async () => ({ value }),
        parts: () => [{ name: 'value', label: 'Value' }],
        restore: async (_subject, changes) => void taken.push(changes),
      });
      await site().options.set('history_kept', 3);
      site().log.secrets.add('open-sesame-secret');
      for (const next of ['one', 'two', 'three', 'key open-sesame-secret']) {
        const before = { value };
        value = next;
        await site().histories.record('test-thing', '1', { value }, { before, viewer: SYSTEM });
      }
      const states = await site().histories.list('test-thing', '1', SYSTEM);
      assert.deepEqual(
        states.map(({ snapshot }) => snapshot['value']),
        ['key [redacted]', 'three', 'two'],
      );
      const state = site().histories.stateOf({ value });
      await site().histories.restore('test-thing', '1', states[1]?.id ?? 0, { viewer: SYSTEM, state });
      assert.deepEqual(taken, [{ value: 'three' }]);
      await site().options.remove('history_kept');
      remove();
      await assert.rejects(site().histories.list('test-thing', '1', SYSTEM), { code: 'GALLEY_HISTORY_UNKNOWN' });
    });
  });
});
