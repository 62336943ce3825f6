import type { FilterHook, HookDefinition } from '../kernel/hook-types.ts';
import type { Site } from '../kernel/site.ts';

/** Something that was written. */
export interface WrittenThing {
  id: number;
  version: number;
  /** The version that it had; none where it is new. */
  previous?: number | undefined;
}

declare module '../kernel/hook-types.ts' {
  interface Hooks {
    'thing:written': FilterHook<readonly WrittenThing[], [kind: string]>;
  }
}

/** The hook that tells of what is not committed yet, for the catalogue. */
export const WRITTEN_HOOKS = {
  'thing:written': {
    kind: 'filter',
    summary:
      'Entries, terms, comments or people were written, inside the transaction: write down what must be there with them or not at all, or throw to refuse.',
    args: {
      things: 'their ids, their versions and those that they had before; the list is handed on as it is',
      kind: '`entry`, `term`, `comment` or `user`',
    },
  },
} as const satisfies Record<string, HookDefinition>;

/** Tells inside of the transaction what was written in it. */
export async function tellWritten(site: Site, kind: string, ...things: WrittenThing[]): Promise<void> {
  if (things.length > 0) await site.hooks.applyFilters('thing:written', things, kind);
}
