// User acceptance: production's rules, with more in the log.
import type { ConfigOverrides } from '../core/services/config-types.ts';

export const config: ConfigOverrides = {
  http: { forceHttps: true },
  security: { unfilteredHtml: false },
  log: { level: 'debug', format: 'json' },
};
