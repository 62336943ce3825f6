import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { forEachTier, type LoggedIn } from 'galley/testing';

const SCREEN = '/admin/plugin/events-calendar/events';

forEachTier(import.meta.dirname, { plugins: ['posts', 'blocks'] }, (suite) => {
  let editor: LoggedIn;
  before(async () => {
    editor = await suite.current.loginAs('editor');
  });
  const send = (_action: string, values: Record<string, string>) =>
    suite.current.submit(SCREEN, { _action, ...values }, editor);
  const listed = async (from = ''): Promise<string[]> => {
    const url = `/plugins/events-calendar${from && `?from=${from}`}`;
    const { events } = (await suite.current.inject({ url })).json() as { events: { title: string; day: string }[] };
    return events.map(({ title, day }) => `${day} ${title}`);
  };

  test('an editor adds events on its screen, and they are in order of time', async () => {
    await send('add', { title: 'Fair <b>', day: '2099-05-02', time: '09:30', place: 'Market' });
    await send('add', { title: 'Walk', day: '2099-05-01', time: '' });
    const { body } = await send('add', { title: 'Long ago', day: '2001-01-01', time: '' });
    assert.match(body, /<td>2099-05-01<\/td>[\s\S]*<td>Fair &lt;b&gt;<\/td>/);
    assert.deepEqual(await listed(), ['2099-05-01 Walk', '2099-05-02 Fair <b>']);
    assert.equal((await listed('2000-01-01')).length, 3);
  });

  test('what cannot be an event is said, and what was typed is still there', async () => {
    const { body } = await send('add', { title: 'Concert', day: '2099-05-03', time: 'at noon' });
    assert.match(body, /Write the time like 19:30\.[\s\S]*value="Concert"/);
    assert.equal((await suite.current.inject({ url: '/plugins/events-calendar?from=soon' })).statusCode, 400);
  });

  test('the block shows what comes next, and follows the table at once', async () => {
    const content = '<!-- wp:events-calendar/upcoming {"count":2} /-->';
    const draft = { type: 'post', status: 'publish', title: 'Agenda', slug: 'agenda', content } as const;
    const entry = await suite.current.site.entries.save(draft, { viewer: SYSTEM });
    const text = async () => (await suite.current.site.entries.present([entry], { content: true }))[0]?.content.value;
    assert.match((await text()) ?? '', /<strong>Walk<\/strong>, 2099-05-01, 00:00<\/li><li>[\s\S]*Market/);
    await send('remove', { event: /<option value="(\d+)"[^>]*>Walk/.exec((await send('', {})).body)?.[1] ?? '' });
    assert.doesNotMatch((await text()) ?? '', /Walk/);
  });

  test('each night the old ones go', async () => {
    assert.equal((await suite.current.site.cron.run('events-calendar:tidy')).error, null);
    assert.deepEqual(await listed('2000-01-01'), ['2099-05-02 Fair <b>']);
  });

  test('who may not edit what others write sees no such screen', async () => {
    const { cookie } = await suite.current.loginAs('author');
    assert.equal((await suite.current.inject({ url: SCREEN, headers: { cookie } })).statusCode, 403);
  });
});
