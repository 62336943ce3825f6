// Layer: process. How a site is run: by which processes, for how long, and what happens when one falls.
import type { ConfigOverrides } from '../services/config-types.ts';

/** The roles of a process: to serve pages, to run jobs and cron, or both. */
export const ROLES = ['web', 'worker', 'all'] as const;

/** What a process does. */
export type Role = (typeof ROLES)[number];

/** What a role changes of the settings: a process that only serves pages takes no jobs and does not tick. */
export function overridesOf(role: Role): ConfigOverrides {
  return role === 'web' ? { cron: { enabled: false }, jobs: { enabled: false } } : {};
}

/** Whether a process of this role listens for requests. */
export const listens = (role: Role): boolean => role !== 'worker';
