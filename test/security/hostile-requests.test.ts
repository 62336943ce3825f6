// Ten thousand requests made of chance and malice: none is answered 5xx, none leaves anything broken behind.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { addSampleContent } from '../support/sample-content.ts';
import { forEachSite } from '../support/sites.ts';
import { CANARY } from './canaries.ts';
import { Chance, randomRequest } from './random-requests.ts';
import { inviteAll, type Ticket, ticketOf } from './visitors.ts';

/** Ten thousand in all; what differs between the stores is less than what they share. */
const REQUESTS = { sqlite: 7000, mysql: 3000 };
const SEED = Number(process.env['GALLEY_TEST_SEED'] ?? 20_260_101);
/** A session does not outlive the log-outs among the requests. */
const NEW_TICKETS_EVERY = 500;

function prototypes(): string[] {
  return [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype].flatMap((prototype) =>
    Reflect.ownKeys(prototype).map(String),
  );
}

describe('Requests made of chance and malice', () => {
  forEachSite({ config: { log: { level: 'fatal' } } }, (suite) => {
    before(async () => {
      await addSampleContent(suite.current);
      const hidden = { type: 'post', status: 'private', title: CANARY, slug: 'hidden', content: CANARY } as const;
      await suite.current.site.entries.save(hidden, { viewer: SYSTEM });
    });

    test(`${REQUESTS[suite.kind]} of them: no 5xx, no unhandled rejection, nothing hidden comes out, no prototype is changed`, async () => {
      const { site, inject } = suite.current;
      const unhandled: unknown[] = [];
      const note = (error: unknown): void => void unhandled.push(error);
      process.on('unhandledRejection', note);
      const shapes = prototypes();
      const readers = (await inviteAll(suite.current)).filter(({ name }) => name === 'subscriber' || name === 'author');
      const patterns = site.routes.list().map(({ path }) => path);
      const chance = new Chance(suite.kind === 'mysql' ? SEED + 1 : SEED);
      const answers = new Map<number, number>();
      let tickets: Ticket[] = [];
      try {
        for (let count = 0; count < REQUESTS[suite.kind]; count++) {
          if (count % NEW_TICKETS_EVERY === 0)
            tickets = await Promise.all(readers.map((reader) => ticketOf(site, reader)));
          const request = randomRequest(chance, patterns, tickets);
          const what = (): string => `request ${count} of seed ${SEED} on ${suite.kind}: ${JSON.stringify(request)}`;
          const reply = await inject({ ...request, remoteAddress: `10.1.${count % 200}.${count % 250}` });
          answers.set(reply.statusCode, (answers.get(reply.statusCode) ?? 0) + 1);
          assert.ok(reply.statusCode < 500, `${what()} → ${reply.statusCode}: ${reply.body.slice(0, 500)}`);
          assert.ok(!reply.body.includes(CANARY), what());
          assert.doesNotMatch(String(reply.headers.location ?? ''), /^(https?:)?\/\/(?!localhost)|[\r\n]/, what());
          assert.ok(!('polluted' in {}), what());
        }
        await new Promise((resolve) => setImmediate(resolve));
      } finally {
        process.off('unhandledRejection', note);
      }
      assert.deepEqual(unhandled, []);
      assert.deepEqual(prototypes(), shapes);
      // A test of nothing but refusals would prove little.
      for (const status of [200, 301, 303, 400, 403, 404, 405, 415])
        assert.ok(answers.get(status), `no answer was ${status}`);
      assert.equal((await inject({ url: '/' })).statusCode, 200);
      assert.equal((await site.entries.find({ type: 'post', slug: 'report-0' })).items.length, 1);
      assert.equal(site.http.inFlight, 0);
    });
  });
});
