// wapiti crawls the site as a visitor and as an administrator and attacks what it finds there.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Door } from './door.ts';
import { startTarget, type TargetSite } from './target-site.ts';
import { runProgram, type Tool, type Trial, type Wish } from './tool.ts';

const MODULES = 'xss,permanentxss,crlf,ssrf,file,exec,sql';
/** Where the administrator would log out, lose his rights or take the site apart. */
const KEEP_OFF =
  /^\/admin\/(logout|password|plugins|themes|settings|features|users|roles|setup|confirm|theme-editor|profile|content-types)/;

/** A place on loopback that nothing of ours may ever ask for. */
class Canary {
  readonly hits: string[] = [];
  readonly #server = createServer((request, response) => {
    // wapiti itself asks what came in; the rest would be the site.
    if (!/^\/get_\w+\.php/.test(request.url ?? '')) this.hits.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  open(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(0, '127.0.0.1', resolve);
    return promise;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

interface Report {
  vulnerabilities: Record<string, { path: string; parameter: string; info: string }[]>;
  anomalies: Record<string, { path: string; info: string }[]>;
  infos: { crawled_pages_nbr?: number };
}

async function attack(site: TargetSite, who: 'visitor' | 'administrator', { budgetMs }: Wish): Promise<Trial> {
  const door = new Door(site.origin, who === 'administrator' ? { ticket: site.ticket, shut: KEEP_OFF } : {});
  const canary = new Canary();
  const folder = mkdtempSync(join(tmpdir(), 'galley-wapiti-'));
  try {
    await Promise.all([door.open(), canary.open()]);
    const start = who === 'administrator' ? `${door.origin}/admin` : `${door.origin}/`;
    const seconds = (share: number): string => String(Math.floor((budgetMs * share) / 1000));
    const report = join(folder, 'report.json');
    const where = ['-u', start, '--scope', 'domain', '--endpoint', canary.address];
    const bounds = ['-d', '6', '--max-links-per-page', '80', '--max-files-per-dir', '40', '--max-parameters', '60'];
    const times = ['--max-scan-time', seconds(0.35), '--max-attack-time', seconds(0.08), '-t', '30', '-S', 'normal'];
    const out = [
      '-f',
      'json',
      '-o',
      report,
      '--store-session',
      folder,
      '--store-config',
      folder,
      '--no-bugreport',
      '--flush-session',
      '-v',
      '1',
    ];
    const ended = await runProgram('wapiti', [...where, '-m', MODULES, ...bounds, ...times, ...out], {
      timeoutMs: budgetMs + 120_000,
      cwd: folder,
    });
    const nothing: Report = { vulnerabilities: {}, anomalies: {}, infos: {} };
    // It writes its report in the end: where it did not come to it, what the door saw still counts.
    const told = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Report) : nothing;
    const { vulnerabilities, anomalies, infos } = told;
    const found = Object.entries({ ...vulnerabilities, ...anomalies }).flatMap(([kind, list]) =>
      list.map(({ path, info }) => `${kind}: ${path} ${info}`.slice(0, 300)),
    );
    const isHalf = ended.isLate || told === nothing;
    const tried = `${MODULES}: ${infos.crawled_pages_nbr ?? '?'} pages and forms crawled, ${door.summary}; ${canary.hits.length} requests of the site to loopback`;
    return {
      target: `as ${who}`,
      tried,
      findings: [
        ...(isHalf ? [`it did not come to its report: ${ended.out.toString().trim().slice(-200)}`] : []),
        ...found,
        ...door.findings,
        ...canary.hits.map((hit) => `the site asked for ${hit}`),
      ],
    };
  } finally {
    door.close();
    canary.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const wapiti: Tool = {
  name: 'wapiti',
  programs: ['wapiti'],
  packages: 'wapiti',
  covers: 'scripts, header lines, files, commands, SQL and foreign addresses in all forms and links of the site',
  async run(wish) {
    const site = await startTarget();
    const half = { ...wish, budgetMs: wish.budgetMs / 2 };
    try {
      return [await attack(site, 'visitor', half), await attack(site, 'administrator', half)];
    } finally {
      await site.stop();
    }
  },
};
