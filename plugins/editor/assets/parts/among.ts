// Several selected blocks are marked as such: what the tools do, they do to all of them.
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { blocksOf } from './block-range.ts';

/** A sign at each of several selected blocks. */
export const Among = Extension.create({
  name: 'among',
  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          decorations: (state) => {
            const range = blocksOf(state);
            if (!range || range.nodes.length < 2) return undefined;
            let position = range.from;
            const signs = range.nodes.map(({ nodeSize }) => {
              const start = position;
              position += nodeSize;
              return Decoration.node(start, position, { class: 'is-among' });
            });
            return DecorationSet.create(state.doc, signs);
          },
        },
      }),
    ];
  },
});
