// Test: quiet, any free port, cheap passwords are refused as anywhere.
import type { ConfigOverrides } from '../core/services/config-types.ts';

export const config: ConfigOverrides = {
  http: { port: 0, accessLog: false, rateLimit: 0, maxLagMs: 0 },
  log: { level: 'warn' },
  cron: { enabled: false },
  cache: { warmPages: 0 },
};
