import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { GalleyError } from '../../lib/errors.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 120_000;

/**
 * Clones the newest commit of a repository into an empty folder. No shell, no hooks, no submodules, no questions.
 * @returns the commit
 * @throws GALLEY_PACKAGE_INVALID with what git said
 */
export async function cloneRepository(
  { url, ref }: { url: string; ref: string },
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const env = {
    ...process.env,
    GIT_ALLOW_PROTOCOL: 'https:ssh:file',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
  };
  const limits = { env, timeout: TIMEOUT_MS, ...(signal ? { signal } : {}) };
  const plain = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'];
  const branch = ref === '' ? [] : ['--branch', ref];
  const clone = [...plain, 'clone', '--quiet', '--depth', '1', '--no-recurse-submodules', '--template='];
  try {
    await run('git', [...clone, ...branch, '--', url, folder], limits);
    const { stdout } = await run('git', [...plain, '-C', folder, 'rev-parse', 'HEAD'], limits);
    return stdout.trim();
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const said = stderr.trim().split('\n').at(-1) || message;
    throw new GalleyError('GALLEY_PACKAGE_INVALID', `${url} could not be cloned: ${said}`, { cause: error });
  }
}
