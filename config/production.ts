// Production: https only, sanitised HTML for everybody, JSON logs, a process for pages on each core.
import { availableParallelism } from 'node:os';
import type { ConfigOverrides } from '../core/services/config-types.ts';

export const config: ConfigOverrides = {
  http: { forceHttps: true },
  security: { unfilteredHtml: false },
  log: { format: 'json' },
  process: { workers: availableParallelism() },
};
