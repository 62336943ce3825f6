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
  const look = async (url = SCREEN): Promise<string> =>
    (await suite.current.inject({ url, headers: { cookie: editor.cookie } })).body;
  const pageOf = async (title: string): Promise<string> =>
    new RegExp(`href="([^"]+)">${title}`).exec(await look())?.[1] ?? '';
  const listed = async (from = ''): Promise<string[]> => {
    const url = `/plugins/events-calendar${from && `?from=${from}`}`;
    const { events } = (await suite.current.inject({ url })).json() as { events: { title: string; day: string }[] };
    return events.map(({ title, day }) => `${day} ${title}`);
  };

  test('an editor adds events on its screen, and they are in order of time', async () => {
    await send('add', { title: 'Fair <b>', day: '2099-05-02', time: '09:30', place: 'Market' });
    await send('add', { title: 'Walk', day: '2099-05-01', time: '' });
    const { headers } = await send('add', { title: 'Long ago', day: '2001-01-01', time: '' });
    assert.equal(headers.location, SCREEN);
    assert.match(await look(), /<td>2099-05-01<\/td>[\s\S]*>Fair &lt;b&gt;<\/a><\/td>/);
    assert.deepEqual(await listed(), ['2099-05-01 Walk', '2099-05-02 Fair <b>']);
    assert.equal((await listed('2000-01-01')).length, 3);
  });

  test('what cannot be an event is said, and what was typed is still there', async () => {
    const { body } = await send('add', { title: 'Concert', day: '2099-05-03', time: 'at noon' });
    assert.match(body, /Write the time like 19:30\.[\s\S]*value="Concert"/);
    assert.equal((await suite.current.inject({ url: '/plugins/events-calendar?from=soon' })).statusCode, 400);
  });

  test('an event is changed on its own page, from the list, by whoever saw it last', async () => {
    const url = await pageOf('Fair');
    const version = /name="version" value="(\d+)"/.exec(await look(url))?.[1] ?? '';
    const change = { _action: 'save', title: 'Fair <b>', day: '2099-05-02', place: 'Market', version };
    const wrong = await suite.current.submit(url, { ...change, place: 'Hall', time: 'noon' }, editor);
    assert.match(wrong.body, /Write the time like 19:30\.[\s\S]*value="Hall"/);
    const right = await suite.current.submit(url, { ...change, time: '10:00' }, editor);
    assert.equal(right.headers.location, SCREEN);
    assert.match(await look(url), /value="10:00"/);
    const late = await suite.current.submit(url, { ...change, time: '11:00' }, editor);
    assert.match(late.body, /Somebody changed or removed this event meanwhile/);
    assert.match(await look(`${SCREEN}/999999`), /This event is not there any more/);
  });

  test('the block shows what comes next, and follows the table at once', async () => {
    const content = '<!-- wp:events-calendar/upcoming {"count":2} /-->';
    const draft = { type: 'post', status: 'publish', title: 'Agenda', slug: 'agenda', content } as const;
    const entry = await suite.current.site.entries.save(draft, { viewer: SYSTEM });
    const text = async () => (await suite.current.site.entries.present([entry], { content: true }))[0]?.content.value;
    assert.match((await text()) ?? '', /<strong>Walk<\/strong>, 2099-05-01, 00:00<\/li><li>[\s\S]*Market/);
    const url = await pageOf('Walk');
    const remove = { _action: 'remove', _ask: 'Remove this event?', _label: 'Remove the event' };
    assert.match((await suite.current.submit(url, remove, editor)).body, /Remove this event\?/);
    assert.match((await text()) ?? '', /Walk/);
    await suite.current.submit(url, { ...remove, _sure: '1' }, editor);
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
