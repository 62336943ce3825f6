// Installs the locked dependencies when they are missing or stale, before any npm script runs. With --omit=dev only those
// that a running site needs, in half the time; whatever needs the others adds them.
// Plain JavaScript without dependencies: it must run on whatever Node the machine has.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.galley-installed');
const lock = join(root, '.cache-install-lock');
const LOCK_STALE_MS = 10 * 60_000;

const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform}-${process.arch}`)
  .digest('hex');

const ONLY_RUN = ' without dev';
const onlyRun = process.argv.includes('--omit=dev');

const installed = () => (existsSync(stamp) ? readFileSync(stamp, 'utf8') : '');
const isInstalled = () => installed() === wanted || (onlyRun && installed() === wanted + ONLY_RUN);

/** npm sets these for its own scripts; left in place they would change what the nested npm installs. */
function cleanEnvironment() {
  const drop = /^(NODE_ENV|npm_config_(omit|include|production|global|prefix)|npm_lifecycle.*|npm_package_.*)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !drop.test(name)));
}

function acquireLock() {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch {
      if (isInstalled()) return;
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > LOCK_STALE_MS)
        rmSync(lock, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

/** Starts are slower without it, and all else is the same: a failure is shown and passed over. */
function prebundle() {
  const carried = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  const node = Number(process.versions.node.split('.')[0]) < 24 && existsSync(carried) ? carried : process.execPath;
  spawnSync(node, [join(root, 'bin', 'prebundle.js')], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

function install() {
  process.stderr.write('Installing dependencies (once) …\n');
  // What is there already stays: a site that runs from this folder must not lose its files.
  const adds = installed() === wanted + ONLY_RUN;
  const args = [
    ...(adds ? ['install', '--no-save'] : ['ci']),
    onlyRun ? '--omit=dev' : '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const npm = process.env.npm_execpath;
  const [command, prefix] = npm ? [process.execPath, [npm]] : ['npm', []];
  const { status } = spawnSync(command, [...prefix, ...args], {
    cwd: root,
    env: cleanEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) {
    process.stderr.write('Installing the dependencies failed; see the messages above.\n');
    process.exit(1);
  }
  prebundle();
  writeFileSync(stamp, onlyRun ? wanted + ONLY_RUN : wanted);
}

if (!isInstalled()) {
  acquireLock();
  try {
    if (!isInstalled()) install();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
