// What a node of the local Galera cluster is configured with.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The ports of one node. */
export interface GaleraPorts {
  /** For clients. */
  sql: number;
  /** For the other nodes: group, changes that were missed, whole copies. */
  group: number;
  ist: number;
  sst: number;
}

/** How a cluster is made. */
export interface GaleraOptions {
  /** Where the nodes keep their data; its path must be short, because sockets live in it. */
  folder: string;
  /** One for each node. */
  ports: readonly GaleraPorts[];
  /** Acknowledged writes survive a loss of power (default). Tests have nothing to keep. */
  durable?: boolean;
}

const PROVIDERS = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera/libgalera_smm.so'];

/** Galera's library; undefined where it is not installed. */
export function galeraLibrary(): string | undefined {
  return PROVIDERS.find((path) => existsSync(path));
}

/** Writes the `my.cnf` of a node. @param user the system's user that the server runs as */
export function writeNodeConfig(options: GaleraOptions, number: number, user: string): void {
  const folder = join(options.folder, `n${number}`);
  const ports = options.ports[number - 1];
  const group = options.ports.map((other) => `127.0.0.1:${other.group}`).join(',');
  mkdirSync(folder, { recursive: true });
  if (!ports) throw new Error(`Node ${number} has no ports.`);
  const disk =
    options.durable === false
      ? ['innodb-flush-log-at-trx-commit=0', 'innodb-doublewrite=0']
      : ['innodb-flush-log-at-trx-commit=1'];
  // Short times, so that a dead node is given up after a second; across real networks leave the defaults.
  const provider = [
    `gmcast.listen_addr=tcp://127.0.0.1:${ports.group}`,
    `ist.recv_addr=127.0.0.1:${ports.ist}`,
    'gcache.size=64M',
    'gcache.recover=yes',
    'evs.keepalive_period=PT0.3S',
    'evs.inactive_check_period=PT0.2S',
    'evs.suspect_timeout=PT1S',
    'evs.inactive_timeout=PT3S',
    'evs.install_timeout=PT3S',
    'pc.recovery=true',
  ];
  const lines = [
    '[mysqld]',
    `user=${user}`,
    `datadir=${join(folder, 'data')}`,
    // Not the machine's: a server that starts removes what looks like temporary tables there, also those of others.
    `tmpdir=${folder}`,
    `socket=${join(folder, 's')}`,
    `pid-file=${join(folder, 'mysqld.pid')}`,
    `port=${ports.sql}`,
    'bind-address=127.0.0.1',
    `log-error=${join(folder, 'error.log')}`,
    'skip-name-resolve',
    'character-set-server=utf8mb4',
    'collation-server=utf8mb4_unicode_520_ci',
    'default-storage-engine=InnoDB',
    'binlog-format=ROW',
    'innodb-autoinc-lock-mode=2',
    'innodb-snapshot-isolation=ON',
    'innodb-buffer-pool-size=96M',
    'innodb-log-file-size=48M',
    ...disk,
    'max-connections=300',
    'max-allowed-packet=64M',
    'performance-schema=OFF',
    'wsrep-on=ON',
    `wsrep-provider=${galeraLibrary()}`,
    `wsrep-cluster-name=galley-${options.ports[0]?.group}`,
    `wsrep-cluster-address=gcomm://${group}`,
    `wsrep-node-name=n${number}`,
    `wsrep-node-address=127.0.0.1:${ports.group}`,
    `wsrep-node-incoming-address=127.0.0.1:${ports.sql}`,
    `wsrep-provider-options="${provider.join(';')}"`,
    'wsrep-sst-method=rsync',
    `wsrep-sst-receive-address=127.0.0.1:${ports.sst}`,
    'wsrep-slave-threads=2',
  ];
  writeFileSync(join(folder, 'my.cnf'), `${lines.join('\n')}\n`);
}
