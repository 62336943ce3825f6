// Development: talkative, mails caught in a folder, no page kept, everything else as it will be in production.
import type { ConfigOverrides } from '../core/services/config-types.ts';

export const config: ConfigOverrides = {
  database: { slowQueryMs: 200 },
  mail: { folder: 'mail' },
};
