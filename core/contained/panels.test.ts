import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { writePlugins } from '../../test/support/contained-plugins.ts';
import { forEachTier, type LoggedIn } from '../testing.ts';

const DESK = {
  name: 'desk',
  contained: {
    panels: {
      list: {
        title: 'List',
        capability: 'edit_others_posts',
        query: ['word', 'page'],
        items: true,
        can: ['edit_others_posts', 'manage_options'],
      },
      other: { title: 'Other' },
    },
  },
  source: `export default { panels: {
    list: ({ action, values, ...rest }) => {
      if (action === 'save') return { to: { query: { word: 'a&b', none: 'x' } }, notice: 'Kept.' };
      if (action === 'stray') return { to: { panel: 'elsewhere' } };
      return { blocks: [
        { kind: 'text', text: JSON.stringify({ action, values, ...rest }) },
        { kind: 'table', caption: 'All', columns: ['Name', 'Count'], rows: [
          [{ text: 'To <one>', to: { item: 'a-1' } }, 3],
          [{ text: 'To none', to: { item: '../users' } }, { text: 'Page', to: { query: { page: 2 } } }],
          [{ text: 'No panel', to: { panel: 'constructor' } }, { text: 'Away', to: 'https://example.org' }],
        ] },
        { kind: 'list', items: [{ text: 'Over there', to: { panel: 'other', item: '7', query: { word: 'x' } } }] },
        { kind: 'button', label: 'Back', to: {} },
        { kind: 'columns', columns: [
          [{ kind: 'stats', items: [{ label: 'Sold', value: 3, change: '+1', tone: 'x"y', to: {} }] }],
          [{ kind: 'values', items: [{ label: 'Town', value: '<b>', tone: 'success' }] }],
        ] },
        { kind: 'table', caption: 'Stock', columns: ['Pieces', 'State'], rows: [
          [{ number: 1300 }, { text: 'Late', tone: 'warning' }], [{ number: 2 }, { text: 'None', tone: 'x' }],
        ] },
        { kind: 'meter', label: 'Full', value: 90, max: 40 },
        { kind: 'code', text: '<script>', label: 'Sent' },
        { kind: 'divider' },
        { kind: 'accordion', items: [{ label: 'A', open: true, blocks: [{ kind: 'empty', title: 'Nothing', url: 'javascript:x()' }] }] },
        { kind: 'form', fields: [
          { name: 'way', label: 'Way', kind: 'radio', value: 'b', choices: [{ value: 'a' }, { value: 'b', label: 'By post' }] },
          { name: 'code', label: 'Code', kind: 'secret', value: 'hush' },
        ] },
        { kind: 'button', label: 'Remove', action: 'remove', values: { id: '7', 'b ad': 'x' }, confirm: 'Remove <it>?',
          danger: true },
      ] };
    },
    other: () => ({ blocks: [] }),
  } };`,
};
const folder = writePlugins([DESK]);
const PANEL = '/admin/plugin/desk/list';

forEachTier(join(folder, 'desk'), { plugins: ['posts', 'dashboard'], engines: 'each' }, (suite) => {
  let editor: LoggedIn;
  before(async () => {
    editor = await suite.current.loginAs('editor');
  });
  const get = (url: string, accept = 'text/html') =>
    suite.current.inject({ url, headers: { cookie: editor.cookie, accept } });
  const told = (body: string): unknown =>
    JSON.parse((/<p>(\{.*?\})<\/p>/.exec(body)?.[1] ?? 'null').replaceAll('&quot;', '"').replaceAll('&amp;', '&'));

  test('a panel is told what was asked for, by whom and in which language', async () => {
    const viewer = {
      id: editor.user.id,
      name: 'The editor',
      can: { edit_others_posts: true, manage_options: false },
    };
    const nothing = { action: null, values: {}, query: {}, item: null, viewer, language: 'en' };
    assert.deepEqual(told((await get(PANEL)).body), nothing);
    const { body } = await get(`${PANEL}/a-1?word=tea&page=2&secret=x`);
    assert.deepEqual(told(body), { ...nothing, query: { word: 'tea', page: '2' }, item: 'a-1' });
    assert.equal((await get(`${PANEL}?word=${'x'.repeat(501)}`)).statusCode, 400);
    assert.equal((await get(`${PANEL}/${'x'.repeat(61)}`)).statusCode, 404);
    assert.equal((await get(`${PANEL}/a.b`)).statusCode, 404);
    const { cookie } = await suite.current.loginAs('administrator');
    assert.equal(
      (await suite.current.inject({ url: '/admin/plugin/desk/other/7', headers: { cookie } })).statusCode,
      404,
      'a panel that declares no items has none',
    );
  });

  test('rows, items and buttons lead to its own panels and to nothing else', async () => {
    const { body } = await get(PANEL);
    assert.match(body, /<td><a href="\/admin\/plugin\/desk\/list\/a-1">To &lt;one&gt;<\/a><\/td><td>3<\/td>/);
    assert.match(
      body,
      /<td>To none<\/td><td><a href="\/admin\/plugin\/desk\/list\?page(=|&#x3D;|&#61;)2">Page<\/a><\/td>/,
    );
    assert.match(body, /<td>No panel<\/td><td>Away<\/td>/);
    assert.match(body, /<a href="\/admin\/plugin\/desk\/other">Over there<\/a>/, 'without what is not declared there');
    assert.match(body, /<a class="btn btn-secondary" href="\/admin\/plugin\/desk\/list">Back<\/a>/);
  });

  test('figures, values, meters and code are shown as what they are, and escaped', async () => {
    const { body } = await get(PANEL);
    assert.match(body, /<dt>Sold<\/dt><dd><a href="\/admin\/plugin\/desk\/list">3<\/a> <span class="state">\+1</);
    assert.match(body, /<dt>Town<\/dt><dd><span class="state state-success">&lt;b&gt;<\/span>/);
    assert.match(body, /<th scope="col" class="is-number">Pieces<\/th><th scope="col">State/);
    assert.match(body, /<td class="is-number">1,300<\/td><td><span class="state state-warning">Late/);
    assert.match(body, /<td>None<\/td>/);
    assert.match(body, /<progress id="meter-[^"]+" value="40" max="40">100%<\/progress>/);
    assert.match(body, /<pre[^>]* aria-label="Sent"><code>&lt;script&gt;/);
    assert.match(body, /<details class="part-tab" open><summary>A<\/summary>[\s\S]*?<h2>Nothing<\/h2><\/div>/);
    assert.match(body, /<legend[^>]*>Way<\/legend>[\s\S]*value="b" checked><label[^>]*>By post/);
    assert.match(body, /<input class="form-control" type="password" autocomplete="new-password" id="field-code"/);
    assert.doesNotMatch(body, /hush|javascript:/);
  });

  test('a button that asks first does nothing before somebody is sure', async () => {
    const fields = Object.fromEntries(
      [...(await get(`${PANEL}?word=tea`)).body.matchAll(/name="(_action|_ask|_label|id|b ad)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value.replace('&lt;', '<').replace('&gt;', '>')],
      ),
    );
    assert.deepEqual(fields, { _action: 'remove', _ask: 'Remove <it>?', _label: 'Remove', id: '7' });
    const { body } = await suite.current.submit(`${PANEL}?word=tea`, fields, editor);
    assert.match(body, /<p>Remove &lt;it&gt;\?<\/p>[\s\S]*<button class="btn btn-danger"[^>]*>Remove<\/button>/);
    assert.match(body, /href="\/admin\/plugin\/desk\/list\?word(=|&#x3D;|&#61;)tea">Cancel/);
    assert.equal(told(body), null);
    const sure = { ...fields, _sure: '1' };
    const done = told((await suite.current.submit(`${PANEL}?word=tea`, sure, editor)).body);
    const { action, values, query } = done as Record<string, unknown>;
    assert.deepEqual({ action, values, query }, { action: 'remove', values: { id: '7' }, query: { word: 'tea' } });
  });

  test('what was done leads on, and says so where it leads', async () => {
    const reply = await suite.current.submit(`${PANEL}/a-1`, { _action: 'save' }, editor);
    assert.deepEqual([reply.statusCode, reply.headers.location], [303, `${PANEL}?word=a%26b`]);
    const flash = [reply.headers['set-cookie'] ?? ''].flat().map((line) => line.split(';')[0]);
    const headers = { cookie: [editor.cookie, ...flash].join('; ') };
    assert.match((await suite.current.inject({ url: PANEL, headers })).body, /The desk: Kept\./);
    const stray = await suite.current.submit(PANEL, { _action: 'stray' }, editor);
    assert.deepEqual([stray.statusCode, stray.headers.location], [200, undefined]);
  });
});
