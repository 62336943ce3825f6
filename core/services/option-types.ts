/** What an option is. */
export interface OptionDefinition {
  /** Its value until somebody sets it. */
  default: unknown;
  /** JSON schema that every value meets; unknown members of objects are refused only where it says so. */
  schema: Record<string, unknown>;
  /** Whether it is read with all others in one query (default), or by itself: for large ones that few pages need. */
  autoload?: boolean;
  /** What people call it. */
  label?: string;
  /** Stored encrypted, shown to nobody, and kept out of hooks and logs. */
  secret?: boolean;
  /** Only for whoever defined it, and for core: other plugins neither read nor change it. */
  own?: boolean;
}

/** An option that changed. The values of secret ones are undefined. */
export interface OptionChange {
  name: string;
  value: unknown;
  previous: unknown;
}

/** An option as lists show it. */
export interface OptionInfo {
  name: string;
  /** `[redacted]` for a secret one that is set. */
  value: unknown;
  /** Nobody has set it. */
  isDefault: boolean;
  autoload: boolean;
  label: string;
  owner: string;
}
