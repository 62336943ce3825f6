import { execFile } from 'node:child_process';

/** What the service manager is told. */
export type ServiceState = 'READY=1' | 'RELOADING=1' | 'STOPPING=1' | 'WATCHDOG=1';

/**
 * Tells systemd how the service is, where systemd started it with `Type=notify` and `NotifyAccess=all`. Node has no
 * datagram sockets of the Unix kind, so systemd's own program sends it.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
 */
export function notifyService(state: ServiceState, env: Record<string, string | undefined> = process.env): void {
  if (!env['NOTIFY_SOCKET']) return;
  // A machine without the program has no systemd that waits for it.
  execFile('systemd-notify', [`--pid=${process.pid}`, state], { timeout: 5000, env }, () => undefined);
}

/**
 * Tells systemd's watchdog, twice in the time that it allows, that the process is alive. Returns what ends it.
 */
export function feedWatchdog(env: Record<string, string | undefined> = process.env): () => void {
  const micros = Number(env['WATCHDOG_USEC'] ?? 0);
  if (!env['NOTIFY_SOCKET'] || !(micros > 0)) return () => undefined;
  const timer = setInterval(() => notifyService('WATCHDOG=1', env), micros / 2000).unref();
  return () => clearInterval(timer);
}
