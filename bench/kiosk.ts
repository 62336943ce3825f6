// A plugin with a table in each of its two versions, and how one sees from outside what is there of it.
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { writePlugin } from '../test/support/plugin-shop.ts';

/** What is there of the plugin. */
export interface KioskState {
  /** The version that counts; empty for none. */
  version: string;
  /** The version that plugins.lock.json names. */
  locked: string;
  isActive: boolean;
  tables: string[];
  migrations: string[];
  /** All of it in a line. */
  mark: string;
}

const table = (name: string): string =>
  `export async function up(schema) { await schema.createTable('${name}', (table) => { table.bigIncrements('id'); }); }\nexport async function down(schema) { await schema.dropTable('${name}'); }\n`;
const shop = (version: string, name: string): string => `import { definePlugin, text } from 'galley';
export default definePlugin((site) => {
  site.routes.get('/kiosk', { public: true }, async () => text('${version} ' + (await site.database.read('${name}').limit(1)).length));
});
`;

/** Writes both versions. */
export async function writeKiosk(folder: string): Promise<void> {
  const one = { 'migrations/20260101000000_one.ts': table('kiosk_one') };
  const two = { ...one, 'migrations/20260102000000_two.ts': table('kiosk_two') };
  await writePlugin(join(folder, 'first'), {
    name: 'kiosk',
    version: '1.0.0',
    files: { ...one, 'index.ts': shop('1.0.0', 'kiosk_one') },
  });
  await writePlugin(join(folder, 'second'), {
    name: 'kiosk',
    version: '2.0.0',
    files: { ...two, 'index.ts': shop('2.0.0', 'kiosk_two') },
  });
}

function versionAt(contentDir: string): string {
  const pointer = join(contentDir, 'plugins', 'kiosk');
  if (!lstatSync(pointer, { throwIfNoEntry: false })) return '';
  return basename(readlinkSync(pointer)).replace(/-[0-9a-f]{8}$/, '');
}

function lockedAt(contentDir: string): string {
  try {
    const { plugins } = JSON.parse(readFileSync(join(contentDir, 'plugins.lock.json'), 'utf8'));
    return plugins.kiosk?.version ?? '';
  } catch {
    return '';
  }
}

/** Looks at the files and into the store, as nobody of the site does. */
export function stateOf(contentDir: string): KioskState {
  const store = new DatabaseSync(join(contentDir, 'test.sqlite'), { readOnly: true, timeout: 10_000 });
  try {
    const names = (sql: string): string[] =>
      store
        .prepare(sql)
        .all()
        .map((row) => String(row['name']));
    const tables = names(`select name from sqlite_master where type = 'table' and name like 'kiosk%' order by name`);
    const migrations = names(`select name from galley_migrations where owner = 'kiosk' order by name`);
    const chosen = store.prepare(`select value from options where name = 'plugins'`).get();
    const isActive = String(chosen?.['value'] ?? '').includes('"kiosk"');
    const state = { version: versionAt(contentDir), locked: lockedAt(contentDir), isActive, tables, migrations };
    return { ...state, mark: JSON.stringify(state) };
  } finally {
    store.close();
  }
}

/** What the site has to answer then, and what does not go with the rest. */
export function expectedOf({ version, locked, isActive, tables, migrations }: KioskState): {
  status: number;
  body: string;
  problem: string;
} {
  const problems = [
    version === locked ? '' : `the pointer says "${version}" and the lock file "${locked}"`,
    tables.length === migrations.length ? '' : `tables ${tables.join()}, migrations ${migrations.join()}`,
    version === '' && (isActive || tables.length > 0) ? `nothing is installed, and ${tables.join()} is there` : '',
    version === '1.0.0' && tables.includes('kiosk_two') ? 'the former version runs with the newer table' : '',
    isActive && tables.length !== Number(version[0]) ? `version ${version} runs with ${tables.join()}` : '',
  ];
  const problem = problems.filter(Boolean).join('; ');
  return isActive ? { status: 200, body: `${version} 0`, problem } : { status: 404, body: '', problem };
}
