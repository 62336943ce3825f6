import type { Config, ConfigReport } from './config.ts';
import { describeMistakes, NOT_SET } from './config.ts';
import { secretWeakness } from './config-secret.ts';

/** One thing that was looked at. */
export interface Finding {
  check: string;
  status: 'ok' | 'warning' | 'problem';
  message: string;
}

type Check = (config: Config) => Omit<Finding, 'check'>;

const ok = (message: string): Omit<Finding, 'check'> => ({ status: 'ok', message });
const warning = (message: string): Omit<Finding, 'check'> => ({ status: 'warning', message });
const problem = (message: string): Omit<Finding, 'check'> => ({ status: 'problem', message });

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

// What a site for everybody needs, beyond valid values.
const CHECKS: Readonly<Record<string, Check>> = {
  environment: ({ environment }) =>
    environment.name === 'production' || environment.name === 'uat'
      ? ok(environment.name)
      : problem(`it is ${environment.name}; set GALLEY_ENV=production`),
  secret: ({ security }) => {
    const weakness = security.secret.map(secretWeakness).find((found) => found !== undefined);
    if (security.secret.length === 0) return problem('there is none; set GALLEY_SECRET');
    return weakness
      ? problem(`it is too weak: ${weakness}`)
      : ok(`${security.secret.length} in the ring, strong enough`);
  },
  address: ({ http }) => (http.url ? ok(http.url) : problem('there is none; set GALLEY_URL')),
  https: ({ http }) => {
    if (!http.url.startsWith('https://'))
      return problem('http.url is not https, so passwords and sessions travel in the clear');
    if (!http.forceHttps) return warning('plain http is not redirected; set GALLEY_FORCE_HTTPS=1');
    return http.hstsSeconds === 0
      ? warning('Strict-Transport-Security is off; set GALLEY_HSTS_SECONDS')
      : ok('required');
  },
  hosts: ({ http }) => {
    const all = http.hosts.find((host) => host === '*' || /^\*\.[a-z]+$/i.test(host));
    return all
      ? problem(`"${all}" lets in any name`)
      : ok(http.hosts.length ? http.hosts.join(', ') : 'that of the address');
  },
  proxy: ({ http }) => {
    const wide = http.trustProxy.find((range) => /\/[0-7]$/.test(range));
    if (wide) return problem(`${wide} trusts half the internet to say who it is`);
    if (http.trustProxy.length === 0 && isLoopback(http.host))
      return warning(
        'a proxy on this machine is not trusted, so all visitors have its address; set GALLEY_TRUST_PROXY',
      );
    return ok(http.trustProxy.join(', ') || 'none');
  },
  debug: ({ log }) =>
    log.level === 'debug' || log.level === 'trace' ? warning(`log.level is ${log.level}`) : ok('off'),
  html: ({ security }) =>
    security.unfilteredHtml ? warning('administrators may store HTML that is not sanitised') : ok('always sanitised'),
  database: ({ database }) => {
    if (database.url.startsWith('sqlite:')) return warning('SQLite: one machine only; set DATABASE_URL for more');
    const hosts = /\/\/(?:[^@/]*@)?([^/?]*)/.exec(database.url)?.[1] ?? '';
    const isLocal = hosts.split(',').every((host) => host === '' || isLoopback(host.replace(/:\d+$/, '')));
    return isLocal || /[?&]ssl=verify\b/.test(database.url)
      ? ok('MySQL or MariaDB')
      : warning('without TLS; add ?ssl=verify to DATABASE_URL');
  },
  redis: ({ redis }) => {
    if (!redis.url) return warning('none: each process has a cache of its own; set REDIS_URL for several');
    return redis.url.startsWith('rediss') || /@?(localhost|127\.)/.test(redis.url)
      ? ok('set')
      : warning('without TLS; use rediss://');
  },
  mail: ({ mail }) => {
    if (!mail.url) return warning('no mail is sent, nobody resets a password by himself; set SMTP_URL');
    return mail.plaintext ? warning('mail.plaintext lets it go without TLS') : ok('set');
  },
  'admin password': ({ security }) =>
    security.adminPassword
      ? warning('GALLEY_ADMIN_PASSWORD is still set; take it away after the first log-in')
      : ok('not set'),
  'safe mode': ({ plugins }) => (plugins.safeMode ? warning('it is on, so further plugins are off') : ok('off')),
};

/** Looks whether the settings are fit for a site that everybody can reach. */
export function checkConfig({ config, mistakes }: Pick<ConfigReport, 'config' | 'mistakes'>): Finding[] {
  // What is missing is said below, in words of its own.
  const wrong = mistakes
    .filter(({ source }) => source !== NOT_SET)
    .map(
      (mistake): Finding => ({ check: mistake.name, status: 'problem', message: describeMistakes([mistake]).trim() }),
    );
  const findings = Object.entries(CHECKS).map(([check, look]) => ({ check, ...look(config) }));
  return [...wrong, ...findings];
}
