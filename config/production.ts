// Production: https only, sanitised HTML for everybody, JSON logs.
import type { ConfigOverrides } from '../core/services/config-types.ts';

export const config: ConfigOverrides = {
  http: { forceHttps: true },
  security: { unfilteredHtml: false },
  log: { format: 'json' },
};
