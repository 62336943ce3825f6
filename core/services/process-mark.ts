import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What Linux says of itself at a path; empty where it does not. */
function told(read: (path: string) => string, path: string): string {
  try {
    return read(path);
  } catch {
    return '';
  }
}
const textOf = (path: string): string => told((file) => readFileSync(file, 'utf8'), path);

/**
 * When a process began, in ticks of the machine's clock: numbers of processes are used again. Empty for one that has
 * ended, also where nobody has taken note of that yet, as in containers whose first process does not.
 */
function beginOf(pid: number): string {
  // The name of the program stands in brackets and may have anything in it.
  const [state, ...facts] = textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return state === 'Z' ? '' : (facts[18] ?? '');
}

/** This machine since it started, and the part of it in which numbers of processes mean the same. */
function placeOfProcess(): string {
  const boot = textOf('/proc/sys/kernel/random/boot_id');
  const space = told(readlinkSync, '/proc/self/ns/pid');
  return createHash('sha256').update([hostname(), boot, space].join()).digest('hex').slice(0, 8);
}

/** A name for what this process holds, by which others of the same machine see whether it still lives. */
export function markOfProcess(): string {
  return [placeOfProcess(), process.pid, beginOf(process.pid), randomBytes(6).toString('hex')].join('-');
}

/** Whether the process of the mark is surely gone. Of another machine's processes nobody here knows. */
export function isGone(mark: string): boolean {
  const [place, pid, begin] = mark.split('-');
  if (place !== placeOfProcess() || !pid || !begin) return false;
  return beginOf(Number(pid)) !== begin;
}
