// testssl.sh on the configuration of nginx that comes along, with a Galley behind it.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary, freePorts, until } from '../../../infra/local/processes.ts';
import { forTrial, SHIPPED } from './nginx-trial.ts';
import { startTarget } from './target-site.ts';
import { atEnd, runProgram, type Tool } from './tool.ts';

const BAD = ['MEDIUM', 'HIGH', 'CRITICAL', 'FATAL'];
/** What is of the certificate of the trial, which no authority signed and which nobody can revoke. */
const OF_THE_TRIAL =
  /^(cert_(trust|chain_of_trust|revocation|expirationStatus|extlifeSpan|validityPeriod|crl|ocsp)|DNS_CAArecord|OCSP_|cert_mustStaple|certificate_transparency|scan|overall|rating)/i;
/** BREACH reads secrets out of compressed answers by repeating them: our tokens are masked anew in each. */
const ANSWERED = /^BREACH$/;
const SCAN_MS = 480_000;

interface Line {
  id: string;
  severity: string;
  finding: string;
}

function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  get({ host: '127.0.0.1', port, path: '/', headers: { host: 'localhost' }, rejectUnauthorized: false }, (reply) => {
    reply.resume();
    resolve(reply.statusCode === 200);
  }).on('error', () => resolve(false));
  return promise;
}

export const testssl: Tool = {
  name: 'testssl',
  programs: ['testssl', 'nginx', 'openssl'],
  packages: 'testssl.sh nginx-light openssl',
  covers: 'TLS and headers of infra/nginx/galley.conf',
  async run({ say }) {
    const [http = 0, https = 0] = await freePorts(2);
    const folder = mkdtempSync(join(tmpdir(), 'galley-testssl-'));
    const site = await startTarget();
    const config = join(folder, 'nginx.conf');
    const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90'];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    await runProgram(
      'openssl',
      [...make, ...names, '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
      { timeoutMs: 30_000 },
    );
    mkdirSync(join(folder, 'work'));
    chmodSync(folder, 0o755);
    writeFileSync(
      config,
      forTrial(readFileSync(SHIPPED, 'utf8'), folder, { http, https, galley: new URL(site.origin).host }),
    );
    const nginx = spawn(findBinary('nginx') ?? 'nginx', ['-c', config, '-e', join(folder, 'error.log')], {
      stdio: 'ignore',
    });
    const forget = atEnd(() => nginx.kill('SIGTERM'));
    try {
      if (!(await until(() => answers(https), 20_000)))
        throw new Error(
          `The site is not answered through nginx: ${readFileSync(join(folder, 'error.log'), 'utf8').slice(0, 500)}`,
        );
      say('this takes some minutes');
      const report = join(folder, 'report.json');
      const args = [
        '--quiet',
        '--color',
        '0',
        '--warnings',
        'off',
        '--jsonfile',
        report,
        '--nodns',
        'min',
        `https://localhost:${https}`,
      ];
      const { isLate } = await runProgram('testssl', ['--ip', '127.0.0.1', ...args], {
        timeoutMs: SCAN_MS,
        cwd: join(folder, 'work'),
      });
      const text = readFileSync(report, 'utf8').trim();
      const lines = JSON.parse(text.endsWith(']') ? text : `${text.replace(/,\s*$/, '')}]`) as Line[];
      const counted = lines.filter(({ id }) => !OF_THE_TRIAL.test(id) && !ANSWERED.test(id));
      const bad = counted.filter(({ severity }) => BAD.includes(severity));
      const findings = bad.map(({ id, severity, finding }) => `${severity} ${id}: ${finding}`);
      const grade = lines.find(({ id }) => id === 'overall_grade')?.finding ?? '-';
      const tried = `${lines.length} checks, ${lines.length - counted.length} of them of the certificate of the trial or answered otherwise; grade ${grade}${isLate ? '; stopped by its time' : ''}`;
      return [{ target: 'infra/nginx/galley.conf', tried, findings }];
    } finally {
      nginx.kill('SIGTERM');
      forget();
      await site.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
