// What other processes cost.
import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;

/** What a process is: its parent and its CPU time in ticks of a hundredth of a second. Undefined when it has ended. */
function statOf(pid: number): { parent: number; ticks: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}

/** Milliseconds of CPU that some processes and their children have used so far. */
export function cpuMsOf(pids: readonly number[]): number {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const family = new Set(pids);
  let ticks = 0;
  for (const pid of all.map(Number).sort((a, b) => a - b)) {
    const stat = statOf(pid);
    if (stat === undefined || !(family.has(pid) || family.has(stat.parent))) continue;
    family.add(pid);
    ticks += stat.ticks;
  }
  return ticks * TICK_MS;
}
