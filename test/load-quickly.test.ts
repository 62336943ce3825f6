import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');
const PROBE = `
  const { loadQuickly } = await import(process.cwd() + '/bin/load-quickly.js');
  if (process.argv[2] === 'quickly') loadQuickly(process.cwd());
  const answers = {};
  for (const name of JSON.parse(process.argv[3])) {
    answers[name] = { from: import.meta.resolve(name), names: Object.keys(await import(name)).sort() };
  }
  console.log(JSON.stringify(answers));
`;

type Answers = Record<string, { from: string; names: string[] }>;

describe('a quick start', () => {
  let root: string;
  let specifiers: string[];

  const probe = async (how: 'quickly' | 'plainly', folder = 'core'): Promise<Answers> => {
    const { stdout } = await run(process.execPath, [join(folder, 'probe.js'), how, JSON.stringify(specifiers)], {
      cwd: root,
    });
    return JSON.parse(stdout) as Answers;
  };

  /** A folder as after an installation: the same packages, and a prebundle of its own. */
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'galley-quick-'));
    const modules = join(root, 'node_modules');
    await mkdir(modules);
    for (const name of await readdir(join(ROOT, 'node_modules'))) {
      if (name !== '.cache' && name !== '.package-lock.json')
        await symlink(join(ROOT, 'node_modules', name), join(modules, name));
    }
    await cp(join(ROOT, 'node_modules', '.package-lock.json'), join(modules, '.package-lock.json'));
    await cp(join(ROOT, 'bin'), join(root, 'bin'), { recursive: true });
    await writeFile(join(root, 'package.json'), '{"type":"module"}');
    for (const folder of ['core', 'elsewhere']) {
      await mkdir(join(root, folder));
      await writeFile(join(root, folder, 'probe.js'), PROBE);
    }
    await run(process.execPath, ['bin/prebundle.js'], { cwd: root });
    const index = await readFile(join(modules, '.cache', 'prebundle', 'index.json'), 'utf8');
    ({ specifiers } = JSON.parse(index) as { specifiers: string[] });
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('takes each dependency from one file, with all the names that its package has', async () => {
    const [quickly, plainly] = [await probe('quickly'), await probe('plainly')];
    assert.ok(specifiers.includes('knex') && specifiers.includes('fastify'));
    for (const name of specifiers) {
      assert.match(quickly[name]?.from ?? '', /\/\.cache\/prebundle\/\d+\.mjs$/, name);
      assert.doesNotMatch(plainly[name]?.from ?? '', /prebundle/, name);
      // What Node adds to a module of the older kind, and nobody imports.
      const own = (names: string[] = []) => names.filter((one) => one !== 'module.exports' && one !== '__esModule');
      const missing = own(plainly[name]?.names).filter((one) => !quickly[name]?.names.includes(one));
      assert.deepEqual(missing, [], name);
    }
  });

  it('leaves packages of plugins from elsewhere alone', async () => {
    for (const [name, { from }] of Object.entries(await probe('quickly', 'elsewhere')))
      assert.doesNotMatch(from, /prebundle/, name);
  });

  it('takes the packages themselves when they changed after the file was made', async () => {
    await appendFile(join(root, 'node_modules', '.package-lock.json'), '\n');
    for (const [name, { from }] of Object.entries(await probe('quickly'))) assert.doesNotMatch(from, /prebundle/, name);
  });
});
