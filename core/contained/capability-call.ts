import type { Granted } from './granted.ts';

/** A call that plugins can make. */
export interface CapabilityCall {
  /** The capability that it needs. */
  needs?: string;
  /** Or how the one is written for which `run` asks, by what is given. */
  asks?: string;
  schema: Record<string, unknown>;
  run(granted: Granted, args: Record<string, unknown>): unknown;
}

/** The schema of what a call is given. */
export function shape(properties: Record<string, unknown>, required: readonly string[] = []): Record<string, unknown> {
  return { type: 'object', additionalProperties: false, properties, required };
}

export const text = (maxLength: number) => ({ type: 'string', maxLength });
export const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
export const machineName = { type: 'string', pattern: '^[a-z][a-z0-9_-]{0,39}$' };
