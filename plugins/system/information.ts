import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { type Reply, readSettings, type ScreenContext, type Site } from 'galley';
import { tabs } from './tabs.ts';

interface Fact {
  label: string;
  value: string;
}

/** What the site is made of, as a page and as text for a report. Secrets are in neither. */
export async function showInformation(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const [facts, settings] = await Promise.all([factsOf(site), readSettings(site)]);
  const plugins = site.plugins.list().map(({ name, title, version, state, isFirstParty }) => ({
    label: title,
    value: `${name} ${version}, ${state}${isFirstParty ? '' : ', from elsewhere'}`,
  }));
  const chosen = settings.map(({ name, value, source }) => ({
    label: name,
    value: `${Array.isArray(value) ? value.join(', ') : String(value)}`,
    source,
    isDefault: source === 'default',
  }));
  const changed = chosen.filter(({ isDefault }) => !isDefault);
  return page.view('system/information', {
    intro: 'All that somebody who helps you wants to know. Secrets are left out.',
    tabs: tabs('information'),
    facts,
    plugins,
    settings: chosen,
    report: [
      ...facts.map(line),
      '',
      'Plugins',
      ...plugins.map(line),
      '',
      'Settings that are not at their default',
      ...changed.map(({ label, value, source }) => `${label}: ${value} (${source})`),
    ].join('\n'),
  });
}

const line = ({ label, value }: Fact): string => `${label}: ${value}`;

async function versionOf({ root }: Site): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version?: string };
  return version ?? '';
}

async function factsOf(site: Site): Promise<Fact[]> {
  const { theme } = await site.themes.active();
  const { redis, backend } = site.cache.stats();
  return [
    { label: 'Galley', value: await versionOf(site) },
    { label: 'Environment', value: site.config.environment.name },
    { label: 'Node', value: process.version },
    { label: 'System', value: `${process.platform} ${process.arch} ${release()}` },
    { label: 'Store', value: site.database.description },
    { label: 'Cache', value: `${backend}${redis === 'off' ? '' : `, Redis is ${redis}`}` },
    { label: 'Theme', value: `${theme.manifest.title} ${theme.manifest.version}` },
    { label: 'Memory of this process', value: `${Math.round(process.memoryUsage().rss / 1024 / 1024)} MB` },
    { label: 'Running since', value: new Date(Date.now() - process.uptime() * 1000).toISOString() },
  ];
}
