// All that the editor is made of. A further tool is one more extension in this list.
import { type AnyExtension, Node } from '@tiptap/core';
import { Dropcursor, Gapcursor, Placeholder, UndoRedo } from '@tiptap/extensions';
import { t } from 'galley/client';
import { kinds } from '../blocks/index.ts';
import { INLINE } from '../model/marks.ts';
import { Find } from '../tools/find.ts';
import { Paste } from '../tools/paste.ts';
import { Among } from './among.ts';
import { Beside } from './beside.ts';
import { BlockSigns } from './block-events.ts';
import { Clipboard } from './clipboard.ts';
import { Ends } from './ends.ts';
import { Footnotes } from './footnote-keeper.ts';
import { Grip } from './handle.ts';
import { Keys } from './keys.ts';
import { Slash } from './slash.ts';

const document = Node.create({ name: 'doc', topNode: true, content: 'block+' });
const text = Node.create({ name: 'text', group: 'inline' });

/** What stands in an empty line while the cursor is there. */
const PLACEHOLDERS: Record<string, string> = {
  paragraph: t('Write, or press / for blocks'),
  heading: t('Heading'),
  citation: t('Who said it'),
  summary: t('What is folded away'),
  accordionHeading: t('What is folded away'),
  tableCaption: t('Caption'),
  button: t('Words of the button'),
  footnote: t('What the footnote says'),
};

/** The extensions of the editor. */
export function extensions(): AnyExtension[] {
  return [
    document,
    text,
    ...kinds.list.flatMap(({ nodes }) => nodes),
    ...INLINE,
    Among,
    Beside,
    Ends,
    Keys,
    Slash,
    Grip,
    Clipboard,
    Paste,
    Find,
    Footnotes,
    BlockSigns,
    UndoRedo.configure({ depth: 10_000, newGroupDelay: 500 }),
    Dropcursor.configure({ color: false, class: 'ge-drop', width: 3 }),
    Gapcursor,
    Placeholder.configure({
      placeholder: ({ node }) => PLACEHOLDERS[node.type.name] ?? '',
      includeChildren: true,
    }),
  ];
}
