// A site into which WordPress's test data for themes, or for blocks, was imported: what real authors do to a theme.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite } from '../../core/testing.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/data/wxr');
/** The sample data: for themes, and for blocks. */
const FILES = { themes: 'themeunittestdata.wordpress.xml', blocks: '64-block-test-data.xml' };
type Sample = keyof typeof FILES;

const fileOf = (sample: Sample): string => join(FOLDER, FILES[sample]);

/** Why tests with the sample data are skipped, or false. For the `skip` option of a test. */
export function sampleMissing(sample: Sample = 'themes'): string | false {
  return existsSync(fileOf(sample)) ? false : `The sample data is absent: ${fileOf(sample)}`;
}

/** Starts a site with welcome content and the sample data. */
export async function startImportedSite(sample: Sample = 'themes'): Promise<TestSite> {
  const running = await startTestSite({ config: { log: { level: 'error' } } });
  const importer = running.site.services.use('importer');
  await importer.run(fileOf(sample), { fetch: false }, { viewer: SYSTEM });
  return running;
}

/** Addresses that a page leads to on the same site: paths without fragments, no files, no form actions. */
export function linksOf(html: string): string[] {
  const links = [...html.matchAll(/<a\s[^>]*?href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
  return links
    .filter(
      (href) => href.startsWith('/') && !href.startsWith('//') && !/^\/(admin|uploads|feed|wp-content)\b/.test(href),
    )
    .map((href) => href.replace(/#.*$/, ''));
}

/** Every page that can be reached from the front page, with its HTML. */
export async function crawl({ inject }: TestSite, most = 2000): Promise<Map<string, { status: number; html: string }>> {
  const pages = new Map<string, { status: number; html: string }>();
  const waiting = ['/', '/?s=template', '/?s=nothingofthekind'];
  for (let url = waiting.shift(); url !== undefined && pages.size < most; url = waiting.shift()) {
    if (pages.has(url)) continue;
    const { statusCode, body, headers } = await inject({ url });
    if (statusCode >= 300 && statusCode < 400) {
      pages.set(url, { status: statusCode, html: '' });
      waiting.push(String(headers['location']));
      continue;
    }
    pages.set(url, { status: statusCode, html: body });
    // A reply form is the page itself with another hidden field, once for each comment.
    if (!url.includes('replyto=')) waiting.push(...linksOf(body).filter((link) => !pages.has(link)));
  }
  return pages;
}
