import type { Connection } from 'mysql2';
import type { DatabaseCluster } from './database-cluster.ts';
import { cut, type DatabaseNode, reasonOf } from './database-node.ts';
import { nodeStates } from './database-nodes.ts';

/** What a node of the store says of itself, for whoever runs it. Numbers are since the node started. */
export interface NodeReport {
  /** Its own name. */
  node: string;
  address: string;
  /** What this process uses it for. */
  role: string;
  /** For instance `Primary, Synced`; why it does not answer; or `single server`. */
  state: string;
  /** How many connections this process opens to it at most. */
  pool: number;
  /** Connections that it has now, of all its clients, and how many it takes. */
  connections: number;
  limit: number;
  /** Nodes that it sees, itself among them; 0 without a cluster. */
  size: number;
  /** Changes by others that wait to be made here now. */
  queue: number;
  /** Changes that it is behind the furthest one. */
  behind: number;
  /** Part of the time in which replication was held up, in percent. */
  paused: number;
  /** How often it asked the others to wait. */
  holds: number;
  /** Transactions that were undone here because another node was faster. */
  conflicts: number;
  version: string;
}

/** Something about a cluster that should be known or put right. */
export interface ClusterFinding {
  check: 'nodes' | 'majority' | 'size' | 'lag' | 'flow control' | 'conflicts' | 'connections' | 'settings';
  status: 'ok' | 'warning' | 'problem';
  message: string;
}

/** The state of all nodes of the store. */
export interface ClusterReport {
  isGalera: boolean;
  nodes: NodeReport[];
  findings: ClusterFinding[];
}

interface Answer {
  node: DatabaseNode;
  status: Map<string, string>;
  variables: Map<string, string>;
  failure: string;
}

const ANSWER_MS = 3_000;
const MAX_PAUSED_PERCENT = 5;
const MAX_BEHIND = 100;
const MAX_CONFLICT_PERCENT = 5;
/** Of those that a server takes, this part may have been in use at once. */
const MAX_USED_PERCENT = 80;
const STATUS =
  "SHOW GLOBAL STATUS WHERE Variable_name LIKE 'wsrep%' OR Variable_name IN ('Threads_connected', 'Max_used_connections')";
const VARIABLES = `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'max_connections', 'wsrep_on', 'wsrep_node_name', 'wsrep_cluster_name', 'innodb_autoinc_lock_mode', 'binlog_format', 'wsrep_sync_wait', 'innodb_snapshot_isolation')`;

function ask(connection: Connection, sql: string): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    connection.query({ sql, timeout: ANSWER_MS }, (error, rows) => {
      if (error) return reject(error);
      const pairs = rows as unknown as { Variable_name: string; Value: string }[];
      resolve(new Map(pairs.map(({ Variable_name, Value }) => [Variable_name.toLowerCase(), Value])));
    });
  });
}

async function askNode(node: DatabaseNode): Promise<Answer> {
  let connection: Connection | undefined;
  try {
    connection = await node.client.acquireRawConnection();
    const [status, variables] = [await ask(connection, STATUS), await ask(connection, VARIABLES)];
    return { node, status, variables, failure: '' };
  } catch (error) {
    return { node, status: new Map(), variables: new Map(), failure: reasonOf(error) };
  } finally {
    if (connection) cut(connection, 'done');
  }
}

const numberOf = (values: Map<string, string>, name: string): number => Number(values.get(name) ?? 0) || 0;
const conflictsOf = ({ status }: Answer): number =>
  numberOf(status, 'wsrep_local_bf_aborts') + numberOf(status, 'wsrep_local_cert_failures');

function reportOf(answer: Answer, role: string, furthest: number): NodeReport {
  const { node, status, variables, failure } = answer;
  const isGalera = variables.get('wsrep_on') === 'ON';
  const state = isGalera
    ? `${status.get('wsrep_cluster_status')}, ${status.get('wsrep_local_state_comment')}`
    : 'single server';
  const committed = numberOf(status, 'wsrep_last_committed');
  return {
    node: variables.get('wsrep_node_name') ?? '',
    address: node.address,
    role,
    state: failure || state,
    pool: node.client.pool?.max ?? 0,
    connections: numberOf(status, 'threads_connected'),
    limit: numberOf(variables, 'max_connections'),
    size: numberOf(status, 'wsrep_cluster_size'),
    queue: numberOf(status, 'wsrep_local_recv_queue'),
    behind: isGalera ? Math.max(0, furthest - committed) : 0,
    paused: Math.round(numberOf(status, 'wsrep_flow_control_paused') * 1_000) / 10,
    holds: numberOf(status, 'wsrep_flow_control_sent'),
    conflicts: conflictsOf(answer),
    version: variables.get('version') ?? '',
  };
}

/** How many of the named nodes work together. */
function checkNodes(answers: readonly Answer[], nodes: readonly NodeReport[]): ClusterFinding[] {
  const findings: ClusterFinding[] = [];
  const add = (check: ClusterFinding['check'], status: ClusterFinding['status'], message: string): void =>
    void findings.push({ check, status, message });
  for (const { node, failure } of answers)
    if (failure) add('nodes', 'problem', `${node.address} does not answer: ${failure}`);
  const there = answers.filter(({ failure }) => !failure);
  const outside = there.filter(({ status }) => status.get('wsrep_cluster_status') !== 'Primary');
  for (const { node } of outside)
    add('majority', 'problem', `${node.address} does not belong to the majority, so it takes no statements`);
  const clusters = new Set(there.map(({ status }) => status.get('wsrep_cluster_state_uuid')));
  if (clusters.size > 1) add('nodes', 'problem', 'The nodes belong to different clusters, so they hold different data');
  const size = Math.max(0, ...nodes.map((node) => node.size));
  if (there.length === answers.length && outside.length === 0) add('nodes', 'ok', `${there.length} answer`);
  const incoming = there.map(({ status }) => status.get('wsrep_incoming_addresses') ?? '')[0] ?? '';
  if (size > answers.length)
    add('nodes', 'warning', `The cluster has ${size} nodes (${incoming}), but DATABASE_URL names ${answers.length}`);
  if (size % 2 === 0)
    add('size', 'warning', `With ${size} nodes half of them is no majority; have three, or add an arbitrator (garbd)`);
  else add('size', 'ok', `${size} nodes; ${Math.floor(size / 2)} may be lost`);
  return findings;
}

/** Whether the nodes keep up with each other. */
function checkPace(answers: readonly Answer[], nodes: readonly NodeReport[]): ClusterFinding[] {
  const late = nodes.filter(({ behind }) => behind > MAX_BEHIND);
  const held = nodes.filter(({ paused }) => paused > MAX_PAUSED_PERCENT);
  const slow = nodes.toSorted((a, b) => b.holds - a.holds)[0];
  const written = answers.reduce((sum, { status }) => sum + numberOf(status, 'wsrep_replicated'), 0);
  const conflicts = nodes.reduce((sum, node) => sum + node.conflicts, 0);
  const percent = written === 0 ? 0 : (conflicts / written) * 100;
  const share = `${conflicts} of ${written} transactions met another one (${percent.toFixed(1)} %)`;
  return [
    late.length === 0
      ? { check: 'lag', status: 'ok', message: `at most ${Math.max(0, ...nodes.map(({ behind }) => behind))} changes` }
      : { check: 'lag', status: 'warning', message: late.map((n) => `${n.address} is ${n.behind} behind`).join(', ') },
    held.length === 0
      ? { check: 'flow control', status: 'ok', message: 'hardly ever' }
      : {
          check: 'flow control',
          status: 'warning',
          message: `Writing was held up for ${Math.max(...held.map(({ paused }) => paused))} % of the time, most often by ${slow?.address}: it cannot keep up`,
        },
    percent <= MAX_CONFLICT_PERCENT
      ? { check: 'conflicts', status: 'ok', message: share }
      : {
          check: 'conflicts',
          status: 'warning',
          message: `${share}; have all processes name the hosts in the same order`,
        },
  ];
}

/** Whether the servers take as many connections as are wanted of them. */
function checkConnections(answers: readonly Answer[], nodes: readonly NodeReport[]): ClusterFinding[] {
  const there = nodes.filter(({ limit }) => limit > 0);
  const small = there.filter(({ pool, limit }) => pool > limit);
  if (small.length > 0) {
    const list = small.map(({ address, limit }) => `${address} takes ${limit} (max_connections)`).join(', ');
    const message = `${list}, and one process alone may want ${small[0]?.pool} (database.poolMax)`;
    return [{ check: 'connections', status: 'problem', message }];
  }
  const used = answers.map(({ node, status }) => ({
    address: node.address,
    most: numberOf(status, 'max_used_connections'),
  }));
  const findings = there.flatMap(({ address, limit }): ClusterFinding[] => {
    const most = used.find((each) => each.address === address)?.most ?? 0;
    if (most <= (limit * MAX_USED_PERCENT) / 100) return [];
    const message = `${address} had ${most} at once and takes ${limit}; raise max_connections, or lower database.poolMax`;
    return [{ check: 'connections', status: 'warning', message }];
  });
  if (findings.length > 0 || there.length === 0) return findings;
  const most = Math.max(...used.map((each) => each.most));
  const message = `at most ${most} at once; each process may have ${there[0]?.pool} to a node, and the least that one takes is ${Math.min(...there.map(({ limit }) => limit))}`;
  return [{ check: 'connections', status: 'ok', message }];
}

function checkSettings(answers: readonly Answer[]): ClusterFinding[] {
  const wanted: Record<string, string> = { innodb_autoinc_lock_mode: '2', binlog_format: 'ROW' };
  return answers
    .filter(({ failure }) => !failure)
    .flatMap(({ node, variables }) =>
      Object.entries(wanted)
        .filter(([name, value]) => variables.get(name)?.toUpperCase() !== value)
        .map(
          ([name, value]): ClusterFinding => ({
            check: 'settings',
            status: 'problem',
            message: `${node.address}: ${name} is ${variables.get(name)}, and a cluster needs ${value}`,
          }),
        ),
    );
}

/** Asks every node how it is, on connections beside the pools. */
export async function reportCluster(cluster: DatabaseCluster): Promise<ClusterReport> {
  await cluster.look();
  const answers = await Promise.all(cluster.nodes.map(askNode));
  const furthest = Math.max(0, ...answers.map(({ status }) => numberOf(status, 'wsrep_last_committed')));
  const states = nodeStates(cluster);
  const nodes = answers.map((answer, index) => reportOf(answer, states[index]?.role ?? '', furthest));
  const isGalera = answers.some(({ variables }) => variables.get('wsrep_on') === 'ON');
  const silent = answers.filter(({ failure }) => failure);
  const findings: ClusterFinding[] = isGalera
    ? [...checkNodes(answers, nodes), ...checkPace(answers, nodes), ...checkSettings(answers)]
    : silent.map(({ node, failure }) => ({
        check: 'nodes',
        status: 'problem',
        message: `${node.address} does not answer: ${failure}`,
      }));
  return { isGalera, nodes, findings: [...findings, ...checkConnections(answers, nodes)] };
}
