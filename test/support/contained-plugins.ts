import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

/** Writes plugins that can be contained into a folder, by default a new one. @returns the folder */
export function writePlugins(
  plugins: readonly TestPlugin[],
  folder: string = mkdtempSync(join(tmpdir(), 'galley-contained-')),
): string {
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
