import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Browser, linksOf } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { asText } from './redact.ts';

forEachSite({ config: { jobs: { enabled: false } } }, (suite) => {
  let administrator: Browser;
  let isBroken = true;

  before(async () => {
    const { site } = suite.current;
    administrator = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
    site.jobs.define('print', {
      summary: 'Prints a sheet.',
      attempts: 1,
      run: (_, job) => {
        job.progress(3, 12, 'sheets');
        if (isBroken) throw new Error('No ink');
        return { sheets: 12 };
      },
    });
  });

  test('the queue shows jobs by state, and one that failed is tried again', async () => {
    const { site } = suite.current;
    isBroken = true;
    const id = await site.jobs.enqueue('print', { paper: 'A4', apiToken: 'very-secret' });
    assert.match((await administrator.get('/admin/system/queue')).text, new RegExp(`print #${id} .*Waiting its turn`));
    await site.jobs.work();
    const failed = await administrator.get('/admin/system/queue?state=failed&name=print');
    assert.match(failed.text, /print/);
    const job = await administrator.get(`/admin/system/queue/${id}`);
    assert.match(job.text, /No ink/);
    assert.match(job.text, /A4/);
    assert.doesNotMatch(job.html, /very-secret/);
    isBroken = false;
    const again = await administrator.submit(job, 'Try again');
    assert.match(again.text, /The job is tried again/);
    await site.jobs.work();
    assert.match((await administrator.get(`/admin/system/queue/${id}`)).text, /Done.*"sheets": 12/);
    const late = await administrator.post(`/admin/system/queue/${id}/retry`, {
      _token: /name="_token" value="([^"]+)"/.exec(job.html)?.[1] ?? '',
    });
    assert.match(late.text, /cannot be tried again/);
  });

  test('the queue is paged by id', async () => {
    const { site } = suite.current;
    for (let number = 0; number < 32; number++) await site.jobs.enqueue('print', { number }, { delayMs: 3_600_000 });
    const first = await administrator.get('/admin/system/queue?state=delayed');
    const next = linksOf(first).find(({ rel }) => rel === 'next');
    const second = await administrator.get(next?.href ?? '');
    const ids = (html: string): number[] => [...html.matchAll(/queue\/(\d+)"/g)].map((match) => Number(match[1]));
    assert.equal(new Set([...ids(first.html), ...ids(second.html)]).size, 32);
  });

  test('the queue is narrowed to a kind, kept as a view, and finds a job by its number', async () => {
    const { site } = suite.current;
    const id = await site.jobs.enqueue('print', { paper: 'A5' }, { delayMs: 3_600_000 });
    const list = await administrator.get('/admin/system/queue?name=print');
    assert.match(list.html, /<option value="print" selected>/);
    const kept = await administrator.submit(list, 'Save this view', { name: 'Prints' });
    assert.match(kept.url, /queue\?name=print&saved=/);
    assert.match((await administrator.get('/admin/system/queue')).text, /Everything Prints/);
    const found = await administrator.get(`/admin/system/queue?search=${id}`);
    assert.equal(found.url, `/admin/system/queue/${id}`);
  });

  test('several jobs are cancelled together, which is taken back; kinds are found by words; all of it is exported', async () => {
    const { site } = suite.current;
    const ids: number[] = [];
    for (let number = 0; number < 2; number++)
      ids.push(await site.jobs.enqueue('print', { number }, { delayMs: 3_600_000 }));
    const states = async () => Promise.all(ids.map(async (id) => (await site.jobs.get(id))?.state));
    const list = await administrator.get('/admin/system/queue?search=sheet&state=delayed');
    const done = await administrator.submit(list, 'Apply', { action: 'cancel', ids: ids.map(String) });
    assert.match(done.text, /2 jobs are cancelled/);
    assert.deepEqual(await states(), ['cancelled', 'cancelled']);
    await administrator.submit(done, 'Undo');
    assert.deepEqual(await states(), ['waiting', 'waiting']);
    assert.match((await administrator.get('/admin/system/queue?search=zeppelin')).text, /Nothing fits/);
    const json = await administrator.get(
      '/admin/system/queue/export?format=json&name=print&sort=enqueued&direction=asc',
    );
    const exported = (JSON.parse(json.html) as { id: number; name: string; state: string }[]).slice(-2);
    assert.deepEqual(
      exported.map(({ id, name }) => [id, name]),
      ids.map((id) => [id, `print`]),
    );
    assert.match(exported[0]?.state ?? '', /Waiting its turn/);
    const known = await administrator.get('/admin/system/queue/ids?name=print&state=waiting');
    assert.deepEqual(JSON.parse(known.html), { ids: ids.toReversed(), isMore: false });
  });

  test('a job is cancelled, and a kind of job rests and goes on', async () => {
    const { site } = suite.current;
    const id = await site.jobs.enqueue('print', {}, { delayMs: 3_600_000 });
    const cancelled = await administrator.submit(await administrator.get(`/admin/system/queue/${id}`), 'Cancel');
    assert.match(cancelled.text, /The job is cancelled/);
    const resting = await administrator.submit(await administrator.get('/admin/system/queue'), 'Let it rest : print');
    assert.deepEqual(await site.jobs.paused(), ['print']);
    await administrator.submit(resting, 'Go on : print');
    assert.deepEqual(await site.jobs.paused(), []);
    await administrator.submit(resting, 'Let all rest');
    assert.match((await administrator.get('/admin/system/queue')).text, /All jobs rest/);
    await administrator.submit(await administrator.get('/admin/system/queue'), 'Let all go on');
    assert.deepEqual(await site.jobs.paused(), []);
  });

  test('how far jobs are is told to their owner and to administrators', async () => {
    const { site } = suite.current;
    const editor = await suite.current.loginAs('editor');
    const own = await site.jobs.enqueue('print', {}, { delayMs: 3_600_000, userId: editor.user.id });
    const other = await site.jobs.enqueue('print', {}, { delayMs: 3_600_000 });
    const ask = async (browser: Browser): Promise<number[]> => {
      const { jobs } = JSON.parse((await browser.get(`/admin/api/jobs?ids=${own},${other}`)).html) as {
        jobs: { id: number }[];
      };
      return jobs.map(({ id }) => id);
    };
    assert.deepEqual(await ask(new Browser(() => suite.current, editor.cookie)), [own]);
    assert.deepEqual(await ask(administrator), [own, other]);
  });

  test('a scheduled job is run now, says how it went, and its runs are remembered', async () => {
    suite.current.site.cron.define('test-fails', {
      schedule: '0 0 1 1 *',
      summary: 'For the test.',
      run: () => {
        throw new Error('No paper');
      },
    });
    const list = await administrator.get('/admin/system/cron');
    assert.match((await administrator.submit(list, 'Run now : compact-tallies')).text, /“compact-tallies” ran in/);
    assert.match((await administrator.submit(list, 'Run now : test-fails')).text, /“test-fails” failed: No paper/);
    const history = await administrator.get('/admin/system/cron/test-fails');
    assert.match(history.text, /Failed No paper/);
    assert.match((await administrator.get('/admin/health')).text, /Failed in their last run: test-fails/);
  });

  test('caches are flushed after a question with numbers, or by tag', async () => {
    const { site } = suite.current;
    await site.cache.remember('sheet', { tags: ['paper:1'] }, async () => 'white');
    const tags = await administrator.submit(await administrator.get('/admin/system/cache'), 'Forget by tag', {
      tags: 'paper:1',
    });
    assert.match(tags.text, /Forgotten on all nodes: paper:1/);
    assert.equal(await site.cache.remember('sheet', { tags: ['paper:1'] }, async () => 'grey'), 'grey');
    const asked = await administrator.get('/admin/system/cache/flush');
    assert.match(asked.text, /Forget \d+ pages and [1-9]\d* values/);
    assert.match((await administrator.submit(asked, 'Forget everything')).text, /The caches are empty/);
    assert.equal(await site.cache.remember('sheet', { tags: ['paper:1'] }, async () => 'blue'), 'blue');
  });

  test('queries by plugin, and the log by level and words', async () => {
    const { site } = suite.current;
    assert.match((await administrator.get('/admin/system/queries')).text, /By plugin.*core/);
    site.log.warn('The paper is damp');
    site.log.error({ err: new Error('jam') }, 'The press stands');
    const log = await administrator.get('/admin/system/logs?level=error&search=press');
    assert.match(log.text, /The press stands/);
    assert.doesNotMatch(log.text, /The paper is damp/);
  });

  test('all facts for a report, without a secret', async () => {
    const page = await administrator.get('/admin/system/information');
    assert.match(page.html, /<textarea[^>]*>Galley: /);
    assert.match(page.text, /http\.port/);
    for (const secret of suite.current.site.config.security.secret) assert.ok(!page.html.includes(secret));
  });
});

test('what may be a secret by its name is not shown', () => {
  assert.equal(asText(null), '');
  assert.match(asText({ password: 'x1', nested: { apiKey: 'x2', name: 'shown' } }), /shown/);
  assert.doesNotMatch(asText({ password: 'x1', nested: { api_key: 'x2' } }), /x1|x2/);
});
