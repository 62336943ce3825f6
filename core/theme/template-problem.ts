import type { HelperDefinition, QueryValue } from './helper-types.ts';

/** Something wrong in a template. */
export interface TemplateProblem {
  /** An error keeps the template from being used; a warning does not. */
  level: 'error' | 'warning';
  file: string;
  /** From 1; 0 where the whole file is meant. */
  line: number;
  /** From 1, where it is known. */
  column?: number;
  /** A sentence, with the detail in it. */
  message: string;
  /** What a program said of it, in its own words: always English, and no sentence for everybody. */
  detail?: string;
}

/** What the check has found out about a template. */
export interface CheckedTemplate {
  /** The source with values in attributes wrapped, ready for the compiler. */
  source: string;
  /** The layout that `{{!< name}}` asks for. */
  layout: string | undefined;
  /** Partials that are used whatever the data is. */
  partials: string[];
  /** Queries that are made whatever the data is, so that they can be loaded before rendering. */
  queries: Record<string, QueryValue>[];
  /** Whether there is any query. */
  hasQuery: boolean;
  /** Source texts of `{{t}}`. */
  texts: string[];
  problems: TemplateProblem[];
}

/** What a template is checked against. */
export interface CheckOptions {
  /** The name of the file, for messages. */
  file: string;
  helpers: ReadonlyMap<string, HelperDefinition>;
  /** Names of all partials; not checked where absent. */
  partials?: ReadonlySet<string>;
  /** Names of all assets; not checked where absent. */
  assets?: ReadonlySet<string>;
  /** For templates of strangers. */
  maxNodes?: number;
  maxLoops?: number;
}
