import { Registry } from '../kernel/registry.ts';

/** Blocks that are ready to be put into a text, where they can be changed at will. */
export interface PatternDefinition {
  title: string;
  /** Under what it stands in the menu of blocks, in words: `Openings`. */
  category?: string;
  description?: string;
  /** Further words that find it. */
  keywords?: string;
  /** Its blocks as markup. */
  content: string;
}

/** The patterns of plugins. Those of the theme are its files: `LoadedTheme.patterns`. */
export class PatternRegistry extends Registry<PatternDefinition> {
  constructor(...rest: ConstructorParameters<typeof Registry<PatternDefinition>> | []) {
    super(rest[0] ?? 'pattern', rest[1], rest[2]);
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    readonly patterns: PatternRegistry;
  }
}
