// What a hundred trusted plugins with five hooks each cost: an uncached page, and the start.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settings } from '../config/default.ts';
import { SYSTEM } from '../core/index.ts';
import { startTestSite, type TestSite } from '../core/testing.ts';
import type { Bench, Row } from './report.ts';
import { ROOT, runGalley } from './sites.ts';
import { type Started, startOnce } from './start.ts';
import { figures, inTurns, type Measured, measured } from './turns.ts';

const CACHE = join(ROOT, '.cache');
const COUNT = 100;
const NAMES = Array.from({ length: COUNT }, (_, index) => `bench-${index}`);
/** Each looks at what it is given, and changes nothing: what is measured is that it is asked. */
const PLUGIN = `import { definePlugin } from 'galley';

export default definePlugin((site) => {
  let seen = 0;
  site.hooks.addAction('request:received', ({ path }) => void (seen += path.length));
  site.hooks.addFilter('entries:presenting', (entries) => ((seen += entries.length), entries));
  site.hooks.addFilter('blocks:rendered', (html) => ((seen += html.length), html));
  site.hooks.addFilter('view:page', (view) => ((seen += view.page.title.length), view));
  site.hooks.addCollector('view:head', ({ view }) => ((seen += view.page.title.length), []));
});
`;

function writePlugins(folder: string): void {
  for (const name of NAMES) {
    mkdirSync(join(folder, name), { recursive: true });
    const manifest = { name, version: '1.0.0', type: 'module', main: 'index.js', galley: { title: name } };
    writeFileSync(join(folder, name, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, name, 'index.js'), PLUGIN);
  }
}

/** A site with all plugins that a new one has, and these. */
async function start(folder: string, names: readonly string[]): Promise<TestSite> {
  const plugins = [...settings.plugins.default.default, ...names];
  const current = await startTestSite({ pluginFolders: [folder], config: { plugins: { default: plugins } } });
  for (const name of names)
    if (current.site.plugins.need(name).state !== 'active') throw new Error(`${name} is not active.`);
  return current;
}

/** A post, made anew each time. */
async function page({ site, inject }: TestSite): Promise<Measured> {
  const content = '<!-- wp:paragraph --><p>Text</p><!-- /wp:paragraph -->'.repeat(20);
  const entry = await site.entries.save(
    { type: 'post', status: 'publish', title: 'Measured', slug: 'measured', content },
    { viewer: SYSTEM },
  );
  const [presented] = await site.entries.present([entry], {});
  const url = presented?.url ?? '';
  return measured(async () => {
    await site.cache.invalidate([`entry:${entry.id}`]);
    const { statusCode } = await inject({ url });
    if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}.`);
  });
}

async function starts(contentDir: string, runs: number): Promise<Started> {
  const all: Started[] = [];
  for (let run = 0; run < runs; run++) all.push(await startOnce(contentDir));
  return all.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(runs / 2)] as Started;
}

/** The start from the command to the first page: without them, then with them. */
async function startRows(runs: number): Promise<Row[]> {
  const contentDir = mkdtempSync(join(tmpdir(), 'galley-trusted-'));
  try {
    await startOnce(contentDir);
    const bare = await starts(contentDir, runs);
    writePlugins(join(contentDir, 'plugins'));
    const url = 'sqlite:galley.sqlite';
    await runGalley(
      { contentDir, url, entries: 0, store: 'sqlite', databasePid: undefined },
      'plugin',
      'activate',
      ...NAMES,
    );
    await startOnce(contentDir);
    const full = await starts(contentDir, runs);
    const row = (what: string, { seconds, rssMb }: Started): Row => ({ what, 'start, s': seconds, 'RSS, MB': rssMb });
    return [
      row('start without them', bare),
      { ...row('start with them', full), 'more, s': full.seconds - bare.seconds, 'aim, s': 1 },
    ];
  } finally {
    rmSync(contentDir, { recursive: true, force: true });
  }
}

/** Trusted plugins, beside the same site without them. */
export const trustedBench: Bench = {
  title: `Trusted plugins: ${COUNT} with five hooks each`,
  async run({ quick }): Promise<Row[]> {
    // Below the project, so that `galley` is found from there.
    mkdirSync(CACHE, { recursive: true });
    const folder = mkdtempSync(join(CACHE, 'trusted-'));
    writePlugins(folder);
    const sites = [await start(folder, []), await start(folder, NAMES)];
    try {
      const [bare, full] = (await Promise.all(sites.map(page))) as [Measured, Measured];
      await inTurns(quick ? 200 : 2000, [bare, full]);
      const more = (full.cpuMs / bare.cpuMs - 1) * 100;
      return [
        { what: 'a page that no cache has, without them', ...figures(bare) },
        { what: 'the same with them', ...figures(full), 'more CPU, %': more, 'aim, %': 5 },
        ...(await startRows(quick ? 1 : 5)),
      ];
    } finally {
      for (const { stop } of sites) await stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
