// docs/security.md says what the standard asks for, and its tables are what the code has.
import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { settings } from '../../config/default.ts';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { MEDIA_KINDS } from '../../plugins/media/media-types.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FILE = join(ROOT, 'docs', 'security.md');
const SUBJECTS = [
  'Input rules and business limits',
  'Who may do what',
  'Log-in, passwords and sessions',
  'Cross-site requests and what browsers are told',
  'Files',
  'Keys and cryptography',
  'Data classes',
  'Outward connections',
  'Least rights of the process',
  'Log',
  'When something fails',
  'Dependencies and deadlines',
  'Reporting',
];
/** Settings that bound something. */
const LIMIT =
  /^(http\.(jsonLimit|formLimit|textLimit|uploadLimit|headersTimeoutMs|requestTimeoutMs|maxLagMs|maxLagLoggedInMs|rateLimit)|security\.(passwordHashers|passwordQueue|passwordMinLength|sessionIdleMinutes|sessionAbsoluteHours|adminSession\w+|setupLinkHours|resetLinkMinutes)|fetch\.(connectTimeoutMs|timeoutMs|maxBytes))$/;

const row = (...cells: (string | number)[]): string => `| ${cells.join(' | ')} |`;
const table = (head: string[], rows: string[]): string =>
  [row(...head), row(...head.map(() => '---')), ...rows].join('\n');

function limits(): string {
  const rows = Object.entries(settings).flatMap(([group, members]) =>
    Object.entries(members).flatMap(([name, setting]) =>
      LIMIT.test(`${group}.${name}`) ? [row(`\`${group}.${name}\``, String(setting.default), setting.doc)] : [],
    ),
  );
  return table(['setting', 'default', 'what it bounds'], rows);
}

function publicRoutes({ site }: TestSite): string {
  const rows = site.routes
    .list()
    .filter((route) => route.method !== 'GET' && route.public)
    .map(({ method, path, rateLimit }) =>
      row(`${method} \`${path}\``, rateLimit ? `${rateLimit.max} in ${rateLimit.seconds} s` : '`http.rateLimit`'),
    )
    .sort();
  return table(['address', 'at most'], rows);
}

function files(): string {
  const rows = MEDIA_KINDS.map(({ label, type, extensions }) => row(label, `\`${type}\``, extensions.join(', ')));
  return table(['kind', 'type', 'extensions'], rows);
}

function outward(): string {
  const callers = globSync('{core,plugins}/**/*.ts', { cwd: ROOT })
    .filter((file) => !/\.test\.ts$|test-|fixtures|services\/fetch/.test(file))
    .filter((file) => /\bsite\.fetch\(/.test(readFileSync(join(ROOT, file), 'utf8').replace(/^\s*(\/\/|\*).*$/gm, '')));
  return callers.length === 0
    ? 'Nobody yet.'
    : callers
        .sort()
        .map((file) => `- \`${file}\``)
        .join('\n');
}

describe('docs/security.md', () => {
  let current: TestSite;
  before(async () => {
    current = await startTestSite();
  });
  after(() => current.stop());

  test('tells of each subject that operators and reviewers ask for', () => {
    const sections = new Map(
      readFileSync(FILE, 'utf8')
        .split(/^## /m)
        .slice(1)
        .map((section) => [section.slice(0, section.indexOf('\n')), section]),
    );
    for (const subject of SUBJECTS) assert.ok((sections.get(subject)?.length ?? 0) > 80, subject);
  });

  test('lists the limits, file types and outward connections as the code has them', () => {
    const made: Record<string, string> = {
      limits: limits(),
      public: publicRoutes(current),
      files: files(),
      outward: outward(),
    };
    const text = readFileSync(FILE, 'utf8');
    const fresh = text.replace(
      /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
      (_, head: string, name: string, end: string) => `${head}\n${made[name]}\n\n${end}`,
    );
    if (process.env['GALLEY_UPDATE_SNAPSHOTS'] === '1') writeFileSync(FILE, fresh);
    assert.equal(readFileSync(FILE, 'utf8'), fresh, 'run this test with GALLEY_UPDATE_SNAPSHOTS=1');
  });
});
