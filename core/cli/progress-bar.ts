import { SingleBar } from 'cli-progress';
import type { CommandProgress } from '../services/commands.ts';

/** A bar on the terminal, with the time that is left. @param total 0 where it is not known */
export function progressBar(total: number, label: string): CommandProgress {
  const format =
    total > 0 ? `${label} [{bar}] {percentage} % | {value}/{total} | {eta_formatted} left` : `${label}: {value}`;
  const bar = new SingleBar({ format, hideCursor: true, stream: process.stderr, barsize: 30, etaBuffer: 50 });
  bar.start(total, 0);
  return { tick: (steps = 1) => bar.increment(steps), stop: () => bar.stop() };
}
