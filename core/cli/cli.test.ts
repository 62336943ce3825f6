import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/support/served-site.ts';
import { Cli } from './cli.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const GALLEY = join(ROOT, 'bin', 'galley');
let content = '';

// A plugin with commands, written as a stranger would who has no editor at hand.
const PLUGIN = `
export default { setup(site) {
  site.commands.define('shelf list', {
    summary: 'Lists shelves.',
    asUser: true,
    arguments: [{ name: 'room', summary: 'The room.', optional: true }],
    options: {
      limit: { type: 'integer', summary: 'At most so many.', default: 3, min: 1, max: 9 },
      kinds: { type: 'list', summary: 'Kinds.', choices: ['oak', 'pine'] },
      dusty: { type: 'boolean', summary: 'Dusty ones.' },
      'paint-it': { type: 'boolean', summary: 'Paint.', default: true },
    },
    examples: ['galley shelf list hall'],
    run: ({ args, options, output, viewer }) => output.table([{ id: 1, room: args.room ?? '-', who: viewer.login, ...options }]),
  });
  site.commands.define('shelf break', { summary: 'Breaks.', run() { throw new Error('the shelf broke'); } });
  const fault = process.env.GALLEY_TEST_FAULT;
  if (fault) site.hooks.addAction('site:ready', () => void setTimeout(() => {
    if (fault === 'rejection') Promise.reject(new Error('nobody awaited this'));
    else throw new Error('nobody caught this');
  }, 500));
  site.commands.define('shelf wait', {
    summary: 'Waits.',
    run: ({ output, signal }) => new Promise((resolve) => {
      output.info('waiting');
      const tick = setInterval(() => undefined, 1000);
      signal.addEventListener('abort', () => { clearInterval(tick); resolve(); });
    }),
  });
} };`;

const environment = (more: Record<string, string> = {}): NodeJS.ProcessEnv => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return { ...env, GALLEY_ENV: 'test', GALLEY_CONTENT_DIR: content, GALLEY_LOG_LEVEL: 'fatal', NO_COLOR: '1', ...more };
};

interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Runs a command line in this process: the same code, without a start of Node for each. */
async function galley(...argv: string[]): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const streams = {
    out: { write: (text: string) => out.push(text) },
    err: { write: (text: string) => err.push(text) },
  };
  const { signal } = new AbortController();
  const code = await new Cli({ root: ROOT, env: environment(), argv, streams, signal }).run();
  return { code, out: out.join(''), err: err.join('') };
}

/** Runs it as people do. */
async function spawned(...args: string[]): Promise<Outcome & { ms: number }> {
  const from = performance.now();
  const child = spawn(process.execPath, [GALLEY, ...args], { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: code as number, out, err, ms: performance.now() - from };
}

before(async () => {
  content = await mkdtemp(join(tmpdir(), 'galley-cli-'));
  const shelf = join(content, 'plugins', 'shelf');
  await mkdir(shelf, { recursive: true });
  const manifest = { name: 'shelf', version: '1.0.0', type: 'module', main: 'index.js', galley: { title: 'Shelf' } };
  await writeFile(join(shelf, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(shelf, 'index.js'), PLUGIN);
});
after(() => rm(content, { recursive: true, force: true }));

describe('without a site', () => {
  test('--help lists the commands, also without arguments, and starts nothing', async () => {
    const help = await spawned('--help');
    assert.equal(help.code, 0);
    for (const noun of ['serve', 'config', 'doctor', 'migrate', 'option', 'cache', 'cron', 'hook'])
      assert.match(help.out, new RegExp(`^ {2}${noun} `, 'm'));
    assert.deepEqual([(await galley()).code, (await galley()).out], [0, help.out]);
    await assert.rejects(stat(join(content, 'test.sqlite')));
  });

  test('each core command explains itself with arguments, options and examples', async () => {
    for (const command of [
      'config list',
      'config get',
      'config check',
      'migrate down',
      'option update',
      'cron run',
      'hook list',
      'doctor',
      'serve',
      'dev',
    ]) {
      const { code, out } = await galley(...command.split(' '), '--help');
      assert.equal(code, 0, command);
      assert.match(out, new RegExp(`Usage: galley ${command}`));
      assert.match(out, /Global Options:[\s\S]*--format/);
    }
    assert.match((await galley('config', 'list', '--help')).out, /Examples:\n {2}galley config list/);
  });

  test('help may also come first', async () => {
    assert.equal((await galley('help', 'config', 'list')).out, (await galley('config', 'list', '--help')).out);
    assert.equal((await galley('help')).out, (await galley('--help')).out);
  });

  test('--version prints the version', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    assert.equal((await galley('--version')).out, `${version}\n`);
  });

  test('a setting is read in any format, from any place on the command line', async () => {
    assert.equal((await galley('config', 'get', 'http.port')).out, '0\n');
    assert.equal((await galley('config', 'get', 'PORT')).out, '0\n');
    const list = JSON.parse((await galley('--format=json', 'config', 'list', 'http', '--fields=name,source')).out);
    assert.deepEqual(list[0], { name: 'http.port', source: 'config/test.ts' });
    assert.match((await galley('config', 'list', '--format', 'count')).out, /^\d+\n$/);
  });

  test('secrets are not printed by any of it', async () => {
    await galley('migrate', 'status');
    const secret = (await readFile(join(content, '.secret'), 'utf8')).trim();
    const outputs = [
      await galley('config', 'list', '--format=json'),
      await galley('config', 'get', 'security.secret'),
      await galley('doctor'),
    ];
    for (const { out, err } of outputs) assert.ok(!`${out}${err}`.includes(secret));
  });

  test('wrong usage ends with 2 and says what was meant', async () => {
    const cases: [string[], RegExp][] = [
      [['config', 'lits'], /Did you mean list\?/],
      [['config', 'list', '--chnged'], /Did you mean --changed\?/],
      [['config', 'list', '--format=jsn'], /Allowed choices are table/],
      [['config', 'get'], /missing required argument/],
      [['config', 'get', 'http.prot'], /Did you mean "http.port"\?/],
      [['config', 'list', '--fields=nam'], /Did you mean "name"\?/],
      [['cnfig', 'list'], /Did you mean "config"\?/],
      [['config'], /Usage: galley config/],
      [['migrate', 'down', '--steps=0'], /at least 1/],
      [['migrate', 'down', '--steps=x'], /whole number/],
      [['migrate', 'up', 'extra'], /too many arguments/],
    ];
    for (const [args, message] of cases) {
      const { code, out, err } = await galley(...args);
      assert.match(err, message, args.join(' '));
      assert.deepEqual([code, out], [2, ''], args.join(' '));
    }
  });

  test('config check names each problem of a production site and ends with 1', async () => {
    const { code, out } = await galley('config', 'check', '--environment=production', '--format=json');
    const findings = JSON.parse(out) as { check: string; status: string }[];
    assert.equal(code, 1);
    for (const check of ['secret', 'address', 'https'])
      assert.ok(
        findings.some((item) => item.check === check && item.status === 'problem'),
        check,
      );
  });

  test('help and settings come at once', async () => {
    // 150 ms on an idle machine; tests share theirs with others, so the quickest of some counts.
    let quickest = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 20 && quickest >= 1500; round++)
      quickest = Math.min(quickest, (await spawned('config', 'get', 'http.port')).ms);
    assert.ok(quickest < 1500, `${quickest} ms`);
  });
});

describe('with a site', () => {
  test('migrations are listed, run and taken back', async () => {
    const fresh = await mkdtemp(join(tmpdir(), 'galley-cli-'));
    const before = content;
    content = fresh;
    after(() => rm(fresh, { recursive: true, force: true }));
    assert.equal((await galley('migrate', 'status', '--pending')).code, 1);
    assert.equal((await galley('migrate', 'up')).code, 0);
    assert.equal((await galley('migrate', 'status', '--pending')).code, 0);
    const applied = Number((await galley('migrate', 'history', '--format=count')).out);
    const refused = await galley('migrate', 'down');
    assert.deepEqual([refused.code, /add --yes/.test(refused.err)], [2, true]);
    assert.equal((await galley('migrate', 'down', '--yes')).code, 0);
    assert.equal(Number((await galley('migrate', 'history', '--format=count')).out), applied - 1);
    assert.equal((await galley('migrate', 'up')).code, 0);
    content = before;
  });

  test('an option is set, read, refused when it is wrong, and taken back', async () => {
    assert.equal((await galley('option', 'update', 'posts_per_page', '25')).code, 0);
    assert.equal((await galley('option', 'get', 'posts_per_page')).out, '25\n');
    const wrong = await galley('option', 'update', 'posts_per_page', 'many');
    assert.deepEqual([wrong.code, /posts_per_page/.test(wrong.err)], [1, true]);
    assert.equal(
      (await galley('option', 'list', '--changed', '--format=json', '--fields=name,value')).out.includes(
        '"posts_per_page"',
      ),
      true,
    );
    assert.equal((await galley('option', 'delete', 'posts_per_page')).code, 0);
    assert.equal((await galley('option', 'get', 'posts_per_page')).out, '10\n');
    assert.match((await galley('option', 'get', 'post_per_page')).err, /Did you mean "posts_per_page"\?/);
  });

  test('hooks, jobs and the cache are listed; a job is run by hand', async () => {
    assert.match((await galley('hook', 'list', 'option:')).out, /option:saved/);
    assert.match((await galley('cron', 'list', '--format=ids')).out, /publish-scheduled/);
    assert.equal((await galley('cron', 'run', 'publish-scheduled')).code, 0);
    assert.match((await galley('cron', 'history', 'publish-scheduled', '--format=csv')).out, /ok/);
    assert.equal((await galley('cron', 'run', 'publish-schedule')).code, 1);
    assert.match((await galley('job', 'counts', '--format=csv')).out, /failed,0/);
    assert.equal((await galley('job', 'pause')).code, 0);
    assert.match((await galley('job', 'work')).err, /nothing to run/);
    assert.equal((await galley('job', 'resume')).code, 0);
    assert.equal((await galley('job', 'retry', '999')).code, 1);
    assert.equal((await galley('job', 'get', 'x')).code, 1);
    assert.equal((await galley('cache', 'flush')).code, 0);
    assert.equal(JSON.parse((await galley('cache', 'stats', '--format=json')).out).backend, 'memory');
  });

  test('the doctor finds a healthy store, and says so as data', async () => {
    const findings = JSON.parse((await galley('doctor', '--format=json')).out) as { check: string; status: string }[];
    for (const check of ['node', 'config', 'content folder', 'database', 'migrations', 'redis'])
      assert.deepEqual(
        findings.filter((item) => item.check === check).map(({ status }) => status),
        ['ok'],
        check,
      );
  });

  test('a plugin adds commands with arguments, options and help, once it is active', async () => {
    assert.equal((await galley('shelf', 'list')).code, 2);
    await galley('option', 'update', 'plugins', '{"active":["shelf"],"inactive":[]}');
    const { out } = await galley(
      'shelf',
      'list',
      'hall',
      '--limit=5',
      '--kinds=oak,pine',
      '--dusty',
      '--no-paint-it',
      '--format=json',
    );
    assert.deepEqual(JSON.parse(out), [
      { id: 1, room: 'hall', who: 'system', limit: 5, kinds: ['oak', 'pine'], dusty: true, 'paint-it': false },
    ]);
    assert.match((await galley('shelf', 'list', '--format=csv')).out, /1,-,system,3,,false,true/);
    assert.match((await galley('shelf', 'list', '--help')).out, /At most so many[\s\S]*galley shelf list hall/);
    assert.match((await galley('shelf', 'list', '--limit=10')).err, /at most 9/);
    assert.match((await galley('shelf', 'list', '--kinds=ash')).err, /Allowed are oak, pine/);
    assert.match((await galley('--help')).out, /^ {2}shelf /m);
    assert.match((await galley('shelf', 'lst')).err, /Did you mean list\?/);
    assert.equal((await galley('shelf', 'list', '--skip-plugins=shelf')).code, 2);
    assert.equal((await galley('--skip-plugins', 'shelf', 'list')).code, 2);
    assert.equal((await galley('--skip-plugins=posts', 'shelf', 'list')).code, 0);
  });

  test('a command that fails ends with 1 and its message; the stack comes with --debug', async () => {
    const plain = await galley('shelf', 'break');
    assert.deepEqual([plain.code, plain.err], [1, 'Error: the shelf broke\n']);
    assert.equal((await spawned('shelf', 'break')).code, 1);
    assert.match((await galley('shelf', 'break', '--debug')).err, /Error: the shelf broke\n\s+at /);
  });

  test('a command acts as a user that exists, or not at all', async () => {
    assert.match((await galley('shelf', 'list', '--user=nobody')).err, /There is no user "nobody"/);
    assert.match((await galley('config', 'get', 'http.port', '--user=nobody')).err, /leave out --user/);
    for (const words of [
      ['cache', 'flush'],
      ['option', 'update', 'site_title', 'Mine'],
      ['migrate', 'status'],
      ['shelf', 'break'],
    ]) {
      const refused = await galley(...words, '--user=nobody');
      assert.deepEqual([refused.code, refused.out], [2, ''], words.join(' '));
      assert.match(refused.err, /acts as the system, whoever runs it: leave out --user/, words.join(' '));
    }
  });

  test('Ctrl-C lets a command end in order, with 130', async () => {
    const child = spawn(process.execPath, [GALLEY, 'shelf', 'wait'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for await (const chunk of child.stderr) if (String(chunk).includes('waiting')) break;
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    assert.equal(code, 130);
  });

  test('a reader that closes the pipe early is no error', async () => {
    const child = spawn('sh', ['-c', `"${process.execPath}" "${GALLEY}" config list --format=json | head -1`], {
      env: environment(),
    });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    assert.deepEqual([out, err], ['[\n', '']);
  });
});

describe('serve', () => {
  async function serve(env: Record<string, string> = {}, ...args: string[]) {
    const child = spawn(process.execPath, [GALLEY, 'serve', ...args], {
      env: environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const errors: string[] = [];
    child.stderr.on('data', (chunk) => errors.push(String(chunk)));
    let out = '';
    for await (const chunk of child.stdout) {
      out += chunk;
      if (/Set-up|User|Admin .*\n$/.test(out)) break;
    }
    await sleep(50);
    return { child, out, errors, address: /Site {4}(http:\S+)\//.exec(out)?.[1] ?? '' };
  }

  test('it prints addresses and the set-up link, answers, and stops in order on SIGTERM', async () => {
    const { child, out, address } = await serve();
    assert.match(out, /Admin {3}http:\/\/127\.0\.0\.1:\d+\/admin\n/);
    assert.match(out, /Set-up {2}http:\/\/127\.0\.0\.1:\d+\/admin\/setup\?token=/);
    assert.equal((await fetch(`${address}/health/live`)).status, 200);
    assert.equal((await fetch(`${address}/`)).status, 200);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    await assert.rejects(fetch(`${address}/health/live`));
  });

  test('a port that is taken is named, with what to do', async () => {
    const first = await serve();
    const port = new URL(first.address).port;
    const child = spawn(process.execPath, [GALLEY, 'serve', `--port=${port}`], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
    assert.equal(code, 1);
    assert.match(err, new RegExp(`Port ${port} of 127.0.0.1 is taken\\. Set PORT`));
  });

  test('a promise that a plugin forgot is logged and the site serves on; an error out of the blue ends it in order', async () => {
    const log = { GALLEY_LOG_LEVEL: 'error' };
    const first = await serve({ ...log, GALLEY_TEST_FAULT: 'rejection' });
    await until('it is logged', () => /nobody awaited/.test(first.errors.join('')));
    assert.equal((await fetch(`${first.address}/health/live`)).status, 200);
    first.child.kill('SIGTERM');
    assert.deepEqual(await once(first.child, 'exit'), [0, null]);
    const second = await serve({ ...log, GALLEY_TEST_FAULT: 'error' });
    assert.deepEqual(await once(second.child, 'exit'), [1, null]);
    assert.match(second.errors.join(''), /nobody caught/);
  });

  test('dev serves, starts anew when a file changes, and ends with what it started', async () => {
    const env = environment({ PORT: '0', GALLEY_ENV: 'development' });
    const child = spawn(process.execPath, [GALLEY, 'dev'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    const starts = async (count: number): Promise<string> => {
      await until(`it is ready for the ${count}. time`, () => out.split('Galley is ready').length > count);
      // The addresses follow in the same moment.
      await sleep(300);
      return [...out.matchAll(/Site {4}(http:\S+)\//g)].at(-1)?.[1] ?? '';
    };
    assert.equal((await fetch(`${await starts(1)}/health/live`)).status, 200);
    await writeFile(join(content, 'plugins', 'shelf', 'index.js'), `${PLUGIN}\n// changed`);
    const address = await starts(2);
    assert.equal((await fetch(`${address}/health/live`)).status, 200);
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    await sleep(300);
    await assert.rejects(fetch(`${address}/health/live`));
  });

  test('with GALLEY_ADMIN_PASSWORD the administrator is made instead of a link', async () => {
    const { child, out } = await serve({ GALLEY_ADMIN_PASSWORD: 'quiet teapot orbit seventy' });
    child.kill('SIGTERM');
    await once(child, 'exit');
    assert.match(out, /User {4}admin/);
    assert.ok(!out.includes('teapot'));
  });
});
