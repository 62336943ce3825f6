import type { Site } from 'galley';

/** What a check says. */
export interface CheckResult {
  status: 'ok' | 'degraded' | 'down';
  message?: string;
}

/** Whether the settings fit a site that the world sees. */
export function checkEnvironment({ config }: Site): CheckResult {
  if (config.plugins.safeMode)
    return { status: 'degraded', message: 'Safe mode: only the plugins that come with Galley run.' };
  if (config.environment.name !== 'production') return { status: 'ok' };
  if (config.http.url.startsWith('http:')) return { status: 'degraded', message: 'The site is served without https.' };
  return { status: 'ok' };
}
