import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import type { TestSite } from '../../core/testing.ts';
import { crawl, sampleMissing, startImportedSite } from './imported-site.ts';

/** Elements that the standard has given up, but that authors wrote: their text is kept as they wrote it. */
const OLD_ELEMENTS = '<(acronym|big|tt|strike|font|center|nobr|basefont|dir)>';
/** What is wrong in the sample data itself. */
const AUTHORS_FAULTS = [
  new RegExp(`^${OLD_ELEMENTS} is deprecated`),
  new RegExp(`^${OLD_ELEMENTS} element is not permitted`),
  // The same caption twice in one text.
  /^Duplicate ID "attachment_\d+"$/,
  // The same file, copied within one text.
  /^Duplicate ID "wp-block-file--media-[0-9a-f-]+"$/,
];

/** As above, in the words of the Nu checker. Each was looked at: none comes from a template. */
const NU_FAULTS = [
  /^The “(acronym|big|tt|strike|font|center|nobr)” element is obsolete/,
  /^The “(align|border|width|height|frameborder|cellpadding|cellspacing|valign|bgcolor|clear|size|noshade|type|scrolling|marginheight|marginwidth|allowtransparency|abbr|axis|name|hspace|vspace)” attribute on the “[a-z0-9]+” element is obsolete/,
];
const NU_SAMPLE = 20;

interface NuMessage {
  type: string;
  message: string;
  url?: string;
  extract?: string;
}

function javaMissing(): string | false {
  return spawnSync('java', ['-version']).error
    ? 'Java is not installed. On Debian: apt-get install default-jre-headless'
    : false;
}

/** What the Nu checker says against the files of a folder. */
function nuMessages(folder: string): Promise<NuMessage[]> {
  const jar = createRequire(import.meta.url).resolve('vnu-jar/build/dist/vnu.jar');
  const args = ['-Xss4m', '-jar', jar, '--format', 'json', '--errors-only', '--skip-non-html', folder];
  return new Promise((resolve, reject) => {
    execFile('java', args, { maxBuffer: 64e6 }, (_error, _out, messages) => {
      try {
        resolve((JSON.parse(messages) as { messages: NuMessage[] }).messages);
      } catch (error) {
        reject(error);
      }
    });
  });
}

interface CrawledPage {
  url: string;
  status: number;
  html: string;
}

const crawled = async (site: TestSite): Promise<CrawledPage[]> =>
  [...(await crawl(site))].map(([url, page]) => ({ url, ...page }));

/** What is wrong with the HTML of pages, apart from what authors did. The first 50. */
async function mistakesIn(pages: readonly CrawledPage[]): Promise<string[]> {
  const validator = new HtmlValidate({ root: true, extends: ['html-validate:standard'] });
  const wrong = new Set<string>();
  for (const { url, html } of pages) {
    if (html === '') continue;
    const report = await validator.validateString(html);
    for (const { message, line, ruleId } of report.results.flatMap(({ messages }) => messages))
      if (!AUTHORS_FAULTS.some((pattern) => pattern.test(message))) wrong.add(`${url}:${line} ${ruleId}: ${message}`);
  }
  return [...wrong].slice(0, 50);
}

describe('every page of an imported site', { skip: sampleMissing() }, () => {
  let site: TestSite;
  let pages: CrawledPage[];

  before(async () => {
    site = await startImportedSite();
    pages = await crawled(site);
  });
  after(() => site?.stop());

  test('is there', async () => {
    assert.ok(pages.length > 250, `${pages.length} pages`);
    const { items } = await site.site.entries.find({ type: ['post', 'page'], limit: 1000, body: false });
    const front = site.site.services.use('front');
    const known = new Set(pages.map((page) => page.url));
    const unreached: string[] = [];
    for (const entry of items) {
      const url = await front.urlOf(entry);
      if (!known.has(url)) unreached.push(url);
    }
    assert.deepEqual(unreached, [], 'entries that nothing leads to');
    const broken = pages.filter(({ status }) => status >= 400).map(({ url }) => url);
    // A link that an author wrote to a post that is not in the export.
    assert.deepEqual(broken, ['/2018/11/03/block-button/']);
  });

  test('is valid HTML', async () => assert.deepEqual(await mistakesIn(pages), []));

  test('is valid HTML for the Nu checker too, in a sample', { skip: javaMissing() }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'galley-nu-'));
    try {
      const whole = pages.filter(({ html }) => html !== '');
      const step = Math.max(1, Math.floor(whole.length / NU_SAMPLE));
      const sample = whole.filter((_, index) => index % step === 0);
      for (const [index, { html }] of sample.entries()) writeFileSync(join(folder, `${index}.html`), html);
      const urlOf = (file = ''): string => sample[Number(/(\d+)\.html$/.exec(file)?.[1])]?.url ?? file;
      const wrong = (await nuMessages(folder))
        .filter(({ type, message }) => type === 'error' && !NU_FAULTS.some((pattern) => pattern.test(message)))
        .map(({ url, message, extract }) => `${urlOf(url)}: ${message} ${extract ?? ''}`);
      assert.deepEqual([...new Set(wrong)].slice(0, 50), []);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('every page with the blocks that there are is there and is valid HTML', {
  skip: sampleMissing('blocks'),
}, async (t) => {
  const site = await startImportedSite('blocks');
  t.after(() => site.stop());
  const pages = await crawled(site);
  assert.ok(pages.length > 100, `${pages.length} pages`);
  assert.deepEqual(
    pages.filter(({ status }) => status >= 400).map(({ url }) => url),
    [],
  );
  assert.deepEqual(await mistakesIn(pages), []);
});
