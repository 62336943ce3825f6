// What goes wrong outside of any hook is traced to the plugin that did it, in a process as an operator starts it.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { markOfProcess } from '../../core/services/process-mark.ts';
import { ServedSite, until } from '../support/served-site.ts';

/** A promise that nobody awaits, rejected with what has no stack: in code that has gone on after the answer. */
const REJECT = `site.routes.get('/reject', { public: true }, async () => {
  void (async () => { await undefined; throw 'the shelf is empty'; })();
  return text('going');
});`;
const STALL = `site.routes.get('/stall', { public: true }, () => text(String(countPaper())));`;
const COUNT = `function countPaper() { let sheets = 0; for (const from = performance.now(); performance.now() - from < 700; ) sheets++; return sheets; }`;
const LEAVE = `setInterval(() => undefined, 60_000); setInterval(() => undefined, 60_000);`;
const GROW = `site.routes.get('/grow', { public: true }, () => { for (let count = 0; count < 10; count++) setInterval(() => undefined, 60_000); return text('more'); });`;
/** Timers that start the next one, each out of the call-back of another. */
const CHAIN = `let latest; const again = () => { site.log.info('the chain goes on'); latest = setTimeout(again, 20); }; again();`;
const LOOP = `void (async () => { for (;;) { site.log.info('the loop goes on'); await new Promise((resolve) => setTimeout(resolve, 20)); } })();`;
const GROWING_CHAINS = `site.hooks.define('multiplies:go', { kind: 'action', summary: 'Goes.' });
const again = () => { setTimeout(again, 20); };
site.hooks.addAction('multiplies:go', () => { for (let count = 0; count < 300; count++) again(); });
site.routes.get('/multiply', { public: true }, () => { site.hooks.doAction('multiplies:go'); return text('more'); });`;
const TIDY = `const timer = setInterval(() => undefined, 60_000); site.hooks.addAction('site:stopping', () => { clearInterval(timer); clearTimeout(latest); });
setTimeout(() => setTimeout(() => undefined, 60_000), 10);
${CHAIN.replace('site.log.info', 'String')}`;

/** A folder of a process that had the number of this one before it, and was killed. */
function leftFolder(): string {
  const [place, pid] = markOfProcess().split('-');
  const folder = join(tmpdir(), `galley-upload-${place}-${pid}-1-aaaaaaaaaaaa`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'half'), 'half a picture');
  return folder;
}

const NAMES = ['rejects', 'stalls', 'leaves', 'grows', 'tidy', 'chains', 'multiplies', 'breaks', 'ends'];

describe('a site with plugins that misbehave outside of hooks', () => {
  const served = new ServedSite();
  const left = leftFolder();
  /** Lines of the log that a plugin owns. */
  const lines = (owner: string): string =>
    served.log
      .split('\n')
      .filter((line) => line.includes(`"owner":"${owner}"`))
      .join('\n');

  before(async () => {
    served.plugin('rejects', REJECT);
    served.plugin('stalls', STALL, COUNT);
    served.plugin('leaves', LEAVE);
    served.plugin('grows', GROW);
    served.plugin('tidy', TIDY);
    served.plugin('chains', CHAIN);
    served.plugin('multiplies', GROWING_CHAINS);
    served.plugin(
      'ends',
      `${CHAIN} ${LOOP} return new Promise((_, reject) => setTimeout(reject, 300, new Error('out of paper')));`,
    );
    served.plugin('breaks', `${LEAVE} throw new Error('out of ink');`);
    assert.equal((await served.galley('plugin', 'activate', ...NAMES)).code, 0);
    await served.serve();
  });
  after(() => served.remove());

  test('what a process left that was killed is gone with the next start', () =>
    until('the folder is gone', () => !existsSync(left)));

  test('a promise that nobody awaited, though what was thrown says nothing of where', async () => {
    assert.equal((await served.get('/reject')).body, 'going');
    await until('it is logged', () => lines('rejects').includes('nobody awaited it'));
    assert.match(lines('rejects'), /the shelf is empty/);
  });

  test('code that holds the whole process up, by function and line', async () => {
    await until('it is named', async () => {
      // Held up itself, it may turn the next one away.
      assert.match(String((await served.get('/stall')).status), /^(200|503)$/);
      return lines('stalls').includes('held the whole process up');
    });
    // A function that was made part of its caller has no name of its own any more.
    assert.match(lines('stalls'), /"place":"(?:countPaper|a function) \(index\.js:\d+\)"/);
  });

  test('timers of a plugin that did not start', () => {
    assert.match(lines('breaks'), /"timers":2,"msg":"It did not start and left timers running"/);
  });

  test('timers that start the next one, of a plugin that did not start', async () => {
    assert.match(lines('ends'), /"timers":2,"msg":"It did not start and left timers running"/);
    const times = (): number => lines('ends').split('goes on').length;
    const before = times();
    assert.ok(before > 5, 'they went on while it was set up');
    const chain = (): number => lines('chains').split('goes on').length;
    const from = chain();
    await until('others go on', () => chain() > from + 10);
    assert.equal(times(), before);
  });

  test('timers that start the next one become more and more', async () => {
    assert.equal((await served.get('/multiply')).body, 'more');
    await until('it is told of', () => lines('multiplies').includes('more and more timers'));
  });

  test('timers that become more and more', async () => {
    await until('it is told of', async () => {
      assert.equal((await served.get('/grow')).body, 'more');
      return lines('grows').includes('more and more timers');
    });
  });

  test('timers that a plugin leaves when the process stops; not those of one that is tidy', async () => {
    assert.equal(await served.stop(), 0);
    assert.match(lines('leaves'), /"timers":2,"msg":"It left timers running when it stopped"/);
    assert.match(lines('chains'), /"timers":1,"msg":"It left timers running when it stopped"/);
    assert.doesNotMatch(served.log, /"owner":"(tidy|posts|dashboard|search|users)"[^\n]*timers running/);
  });
});
