// Puts the dependencies that each start loads into one file: a start reads one instead of 750, a tenth of a second and
// 20 MB less. Runs after each installation; without it (bin/load-quickly.js finds nothing) all works as well.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockOf } from './load-quickly.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'node_modules', '.cache', 'prebundle');
const load = createRequire(join(root, 'core', 'index.ts'));

/** What core imports at each start. Not what starts threads of its own or is native: that needs its own files. */
const SPECIFIERS = [
  '@fastify/multipart',
  'ajv',
  'ajv-formats',
  'commander',
  'fastify',
  'handlebars',
  'handlebars/dist/cjs/handlebars/internal/proto-access.js',
  'knex',
  'knex/lib/dialects/better-sqlite3/index.js',
  'knex/lib/dialects/mysql2/index.js',
  'markdown-it',
  'parse5',
  'saxes',
];
/** Drivers that knex names and nobody has, and what stays a package of its own. */
const EXTERNAL = [
  'better-sqlite3',
  'mariadb',
  'mysql',
  'mysql2',
  'oracledb',
  'pg',
  'pg-query-stream',
  'sqlite3',
  'tedious',
];
const LEFT_ALONE = ['esbuild', 'pino', 'thread-stream'];

async function bundle(outfile) {
  const { build, stop } = await import('esbuild');
  const doors = SPECIFIERS.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(name)})`);
  await build({
    stdin: { contents: `module.exports = { ${doors.join(',\n')} };`, resolveDir: join(root, 'core'), loader: 'js' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    outfile,
    external: [...EXTERNAL, ...EXTERNAL.map((name) => `${name}/*`), ...LEFT_ALONE],
    logLevel: 'error',
  });
  await stop();
}

/** The module that an `import` gets: the default and each name that the package has. */
function importDoor(number, exported) {
  const names = Object.keys(exported).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default');
  const named = names.map((name) => `${name}: _${name}`).join(', ');
  const out = names.map((name) => `_${name} as ${name}`).join(', ');
  return `import all from './${number}.cjs';\nexport default all;\nconst { ${named} } = all;\nexport { ${out} };\n`;
}

async function writePrebundle(into) {
  mkdirSync(into, { recursive: true });
  await bundle(join(into, 'all.cjs'));
  for (const [number, name] of SPECIFIERS.entries()) {
    writeFileSync(join(into, `${number}.cjs`), `module.exports = require('./all.cjs')[${JSON.stringify(name)}]();\n`);
    writeFileSync(join(into, `${number}.mjs`), importDoor(number, load(name)));
  }
  const lock = lockOf(join(root, 'node_modules'));
  writeFileSync(join(into, 'index.json'), JSON.stringify({ lock, specifiers: SPECIFIERS }));
}

const fresh = `${folder}-${process.pid}`;
await writePrebundle(fresh);
rmSync(folder, { recursive: true, force: true });
renameSync(fresh, folder);
