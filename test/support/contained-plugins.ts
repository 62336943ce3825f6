import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeScratch } from '../../core/services/scratch.ts';

/** A plugin for tests of containment. */
export interface TestPlugin {
  name: string;
  capabilities?: string[];
  contained?: Record<string, unknown>;
  /** What stands in `contained({ … })`. */
  handlers?: string;
  /** The whole source, in place of the handlers. */
  source?: string;
  files?: Record<string, string>;
}

/** A folder that goes with the process. */
function ownFolder(): string {
  const folder = makeScratch('contained');
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes plugins that can be contained into a folder, by default one that goes with the process. @returns the folder */
export function writePlugins(plugins: readonly TestPlugin[], folder: string = ownFolder()): string {
  for (const { name, capabilities = [], contained = {}, handlers = '', source, files = {} } of plugins) {
    const home = join(folder, name);
    mkdirSync(home, { recursive: true });
    const galley = { title: `The ${name}`, capabilities, contained };
    writeFileSync(
      join(home, 'package.json'),
      JSON.stringify({ name, version: '1.0.0', type: 'module', main: 'index.js', galley }),
    );
    const text =
      source ?? `import { contained } from 'galley/contained';\nexport default contained({ ${handlers} });\n`;
    writeFileSync(join(home, 'index.js'), text);
    for (const [file, content] of Object.entries(files)) writeFileSync(join(home, file), content);
  }
  return folder;
}
