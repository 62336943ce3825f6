import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { suite, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { GalleyError } from '../lib/errors.ts';
import { startTestSite } from '../testing.ts';
import { toFailure } from './errors.ts';
import { Gate } from './gate.ts';
import type { LagMeter } from './lag.ts';
import { Router } from './router.ts';
import { startHttpSite } from './test-site.ts';
import { UnavailablePages } from './unavailable-pages.ts';
import { openVisit, type Visit } from './visit.ts';

const BUSY = { code: 'GALLEY_SITE_BUSY' };

function stranger(gate: Gate): Visit {
  const raw = {
    method: 'GET',
    url: '/a',
    headers: { host: 'localhost' },
    rawHeaders: ['Host', 'localhost'],
    socket: {},
  };
  const visit = openVisit('1', raw as unknown as IncomingMessage, new EventEmitter() as ServerResponse);
  gate.admit(visit, new Router([]));
  return visit;
}

suite('While more is asked than can be done', () => {
  test('a few wait until the peak is over; for whom there is no place is turned away at once', async (t) => {
    const house = await startHttpSite({ http: { maxLagMs: 200, queueLength: 2, rateLimit: 0 } });
    t.after(() => house.stop());
    const lag = { lagMs: 0 };
    const gate = new Gate(house.site, house.site.http.limits, lag as LagMeter);
    assert.equal(await gate.enter(stranger(gate)), false);
    lag.lagMs = 201;
    const waiting = [stranger(gate), stranger(gate)].map((visit) => gate.enter(visit));
    await assert.rejects(gate.enter(stranger(gate)), BUSY);
    lag.lagMs = 0;
    assert.deepEqual(await Promise.all(waiting), [true, true]);
  });

  test('no more is begun than can be in hand, also where only the store is slow', async (t) => {
    const house = await startHttpSite({ http: { maxInFlight: 2, queueLength: 1, rateLimit: 0 } });
    t.after(() => house.stop());
    const gate = new Gate(house.site, house.site.http.limits, { lagMs: 0 } as LagMeter);
    const [first, second] = [stranger(gate), stranger(gate)];
    for (const visit of [first, second]) assert.equal(await gate.enter(visit), false);
    const waiting = gate.enter(stranger(gate));
    await assert.rejects(gate.enter(stranger(gate)), BUSY);
    first.response.emit('finish');
    first.response.emit('close');
    assert.equal(await waiting, true);
    await assert.rejects(gate.enter(stranger(gate)), BUSY);
  });

  test('nobody waits for longer than people do', async (t) => {
    const house = await startHttpSite({ http: { maxLagMs: 200, queueLength: 2, rateLimit: 0 } });
    t.after(() => house.stop());
    const gate = new Gate(house.site, house.site.http.limits, { lagMs: 201 } as LagMeter);
    await assert.rejects(gate.enter(stranger(gate)), BUSY);
  });

  test('whoever is turned away gets a page in the look of the theme, for which nothing is asked', async (t) => {
    const { site, inject, stop } = await startTestSite({
      plugins: ['posts'],
      config: { http: { maxLagMs: 1, queueLength: 0 } },
    });
    t.after(stop);
    await site.options.set('title', 'The Harbour Gazette');
    await site.http.listen({ port: 0 });
    const ask = async (): ReturnType<typeof inject> => {
      const end = performance.now() + 200;
      while (performance.now() < end) JSON.stringify({});
      await wait(60);
      return await inject({ url: `/?s=${Math.random()}`, headers: { accept: 'text/html' } });
    };
    const isThemed = ({ statusCode, body }: Awaited<ReturnType<typeof ask>>): boolean =>
      statusCode === 503 && body.includes('The Harbour Gazette');
    for (let tries = 0; tries < 50 && !isThemed(await ask()); tries++);
    const counted = await site.database.countQueries(ask);
    const reply = counted.result;
    assert.equal(reply.statusCode, 503);
    assert.match(reply.body, /The Harbour Gazette.*Not at this moment.*More is asked of this site/s);
    assert.match(String(reply.headers['retry-after']), /^\d+$/);
    assert.equal(reply.headers['cache-control'], 'no-store');
    assert.equal(counted.queries.length, 0);
  });

  test('a store that is away has a page of its own; what may count or not is said plainly', async (t) => {
    const { site, stop } = await startTestSite({ plugins: ['posts'] });
    t.after(stop);
    const pages = new UnavailablePages(site);
    const away = new GalleyError('GALLEY_DATABASE_UNAVAILABLE', 'host:3306 is gone');
    assert.equal(pages.find(toFailure(away, '')), undefined);
    await pages.make();
    const body = String(pages.find(toFailure(away, ''))?.body);
    assert.match(body, /nothing can be saved/);
    assert.doesNotMatch(body, /3306/);
    const unknown = new GalleyError('GALLEY_DATABASE_UNAVAILABLE', '', { details: { unknown: true } });
    assert.equal(pages.find(toFailure(unknown, '')), undefined);
  });
});
