// Pictures on their way into the library, each with its place in the text.
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import { announce, t, toast, uploadFile } from 'galley/client';
import { editorData } from '../parts/catalog.ts';
import { pictureNode } from './library.ts';

interface Change {
  add?: { id: object; position: number; element: HTMLElement };
  remove?: object;
}

const key = new PluginKey<DecorationSet>('galleyUploads');

/** Keeps the places of pictures that are still coming, while the text around them changes. */
export const UploadPlaces = new Plugin<DecorationSet>({
  key,
  state: {
    init: () => DecorationSet.empty,
    apply(tr, set) {
      const moved = set.map(tr.mapping, tr.doc);
      const change = tr.getMeta(key) as Change | undefined;
      if (change?.add) {
        const { id, position, element } = change.add;
        return moved.add(tr.doc, [Decoration.widget(position, element, { id, side: 1 })]);
      }
      if (change?.remove) return moved.remove(moved.find(undefined, undefined, (spec) => spec['id'] === change.remove));
      return moved;
    },
  },
  props: { decorations: (state) => key.getState(state) },
});

const placeOf = (view: EditorView, id: object): number | undefined =>
  key.getState(view.state)?.find(undefined, undefined, (spec) => spec['id'] === id)[0]?.from;

/** A line that tells how far a picture is. */
function waitingLine(name: string, cancel: () => void) {
  const element = document.createElement('div');
  element.className = 'ge-upload';
  element.contentEditable = 'false';
  const words = document.createElement('span');
  words.textContent = name;
  const bar = document.createElement('progress');
  bar.max = 1;
  bar.setAttribute('aria-label', t('Upload of {name}', { name }));
  const stop = document.createElement('button');
  stop.type = 'button';
  stop.className = 'btn btn-link';
  stop.textContent = t('Cancel');
  stop.addEventListener('click', cancel);
  element.append(words, bar, stop);
  return { element, bar };
}

/** The place between two blocks that is nearest to a position. */
function betweenBlocks(view: EditorView, position: number): number {
  const $position = view.state.doc.resolve(Math.min(position, view.state.doc.content.size));
  return $position.depth === 0 ? $position.pos : $position.after(1);
}

/** Sends pictures to the library and puts each into the text when it is there. What fails is said, and the others go on. */
export function uploadPictures(view: EditorView, files: readonly File[], position: number): void {
  for (const file of files) void uploadPicture(view, file, betweenBlocks(view, position));
}

async function uploadPicture(view: EditorView, file: File, position: number): Promise<void> {
  const id = {};
  const stop = new AbortController();
  const name = file.name || t('Picture');
  const { element, bar } = waitingLine(name, () => stop.abort());
  view.dispatch(view.state.tr.setMeta(key, { add: { id, position, element } } satisfies Change));
  const remove = (): void => view.dispatch(view.state.tr.setMeta(key, { remove: id } satisfies Change));
  try {
    const { entry } = editorData();
    const item = await uploadFile(file, {
      parent: entry || null,
      signal: stop.signal,
      onProgress: (sent) => {
        bar.value = file.size > 0 ? sent / file.size : 1;
      },
    });
    const place = placeOf(view, id);
    remove();
    if (place === undefined) return;
    view.dispatch(view.state.tr.insert(betweenBlocks(view, place), pictureNode(view.state.schema, item)));
    announce(t('{name} is in the text. Say in the tab “Block” what is to be seen.', { name }));
  } catch (error) {
    remove();
    if (!stop.signal.aborted)
      toast({ kind: 'danger', text: `${name}: ${error instanceof Error ? error.message : ''}` });
  }
}
