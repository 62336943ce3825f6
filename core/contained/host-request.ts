/** What a caller asks of a plugin. */
export interface Request {
  plugin: string;
  handler: string;
  /** JSON. */
  input: string;
  template?: string | undefined;
  /** Whether it may simply be asked again when the host ended through another's fault. */
  isRepeatable: boolean;
  /**
   * Runs what the plugin asks of the kernel as part of what asks the plugin: hooks that fire each other across the
   * sandbox are counted as any others. It stays here, where no plugin can change it.
   */
  within<T>(work: () => T): T;
}
