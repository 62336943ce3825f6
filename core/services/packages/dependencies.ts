import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GalleyError } from '../../lib/errors.ts';

const TIMEOUT_MS = 300_000;
/** What leads out of the registry: files of this machine, other people's repositories. */
const ELSEWHERE = /^(file|link|git|github|http|https|ssh|workspace|[./~]|[^@]+\/)/i;
/** Places in a lock file that are no archive at an address. */
const FOREIGN = /"resolved":\s*"(?!https?:)|"link":\s*true/;

interface Wanted {
  dependencies?: Record<string, string>;
}

/**
 * Installs the npm packages that a plugin needs into its folder. None of their scripts runs.
 *
 * @param registry where npm packages come from; what npm is set to where it is empty
 * @returns whether it needed any
 * @throws GALLEY_PACKAGE_INVALID
 */
export async function installDependencies(directory: string, registry: string, signal?: AbortSignal): Promise<boolean> {
  const { dependencies = {} } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Wanted;
  // Whoever takes that name in a registry would be in all plugins.
  if (dependencies['galley'] !== undefined)
    throw new GalleyError(
      'GALLEY_PACKAGE_INVALID',
      'It has "galley" among its dependencies, which is the site itself: name it in peerDependencies.',
    );
  const needed = Object.entries(dependencies);
  if (needed.length === 0) return false;
  for (const [name, range] of needed) {
    if (typeof range !== 'string' || ELSEWHERE.test(range))
      throw new GalleyError(
        'GALLEY_PACKAGE_INVALID',
        `It needs the npm package "${name}" from ${String(range)}; only versions from the npm registry are installed.`,
      );
  }
  const lock = await readFile(join(directory, 'package-lock.json'), 'utf8').catch(() => undefined);
  if (lock !== undefined && FOREIGN.test(lock))
    throw new GalleyError('GALLEY_PACKAGE_INVALID', 'Its package-lock.json leads out of the npm registry.');
  const isLocked = lock !== undefined;
  const quiet = ['--ignore-scripts', '--omit=dev', '--legacy-peer-deps', '--no-audit', '--no-fund', '--no-bin-links'];
  const from = registry === '' ? [] : [`--registry=${registry}`];
  try {
    await promisify(execFile)('npm', [...(isLocked ? ['ci'] : ['install', '--no-package-lock']), ...quiet, ...from], {
      cwd: directory,
      timeout: TIMEOUT_MS,
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const said = stderr
      .trim()
      .split('\n')
      .filter((line) => /npm (error|ERR)/.test(line))
      .slice(0, 3)
      .join(' ');
    throw new GalleyError(
      'GALLEY_PACKAGE_INVALID',
      `The npm packages that it needs could not be installed: ${said || message}`,
      { cause: error },
    );
  }
  return true;
}
