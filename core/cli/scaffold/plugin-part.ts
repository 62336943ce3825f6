/** What a plugin can begin with. */
export const PARTS = ['block', 'route', 'screen', 'cron', 'type'] as const;
export type Part = (typeof PARTS)[number];

/** A plugin to be made. */
export interface NewPlugin {
  name: string;
  title: string;
  parts: readonly Part[];
  tier: 'trusted' | 'contained';
  author: string;
}

/** A part that contained plugins cannot bring. */
export const TRUSTED_ONLY: ReadonlySet<Part> = new Set(['type']);

/** A text as it stands in a source file. */
export const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
