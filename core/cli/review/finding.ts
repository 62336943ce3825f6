/** Something that a reviewer of a plugin would say. */
export interface Finding {
  /** An error makes the plugin fail, or harms the site; a warning is worth a look. */
  level: 'error' | 'warning';
  /** Path below the plugin's folder. */
  file: string;
  /** From 1; 0 where the whole file is meant. */
  line: number;
  message: string;
}
