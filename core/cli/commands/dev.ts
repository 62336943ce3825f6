import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { defineCommand } from '../../services/commands.ts';

export const commands = {
  dev: defineCommand({
    summary: 'Starts the server and restarts it when a file changes.',
    examples: ['galley dev', 'PORT=9000 galley dev'],
    needs: 'none',
    async run({ signal, session }) {
      const { root, env } = session.place;
      const galley = join(root, 'bin', 'galley');
      const child = spawn(process.execPath, ['--watch', '--watch-preserve-output', galley, 'serve'], {
        stdio: 'inherit',
        cwd: root,
        env: { ...env, GALLEY_ENV: env['GALLEY_ENV'] ?? 'development' },
      });
      signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
      const [code] = (await once(child, 'exit')) as [number | null];
      return signal.aborted ? 0 : (code ?? 1);
    },
  }),
};
