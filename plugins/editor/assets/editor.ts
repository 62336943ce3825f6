// Mounts the block editor over the plain field of the form of an entry.
import { mountEditor } from './parts/mount.ts';

const field = document.querySelector<HTMLTextAreaElement>('form.entry-form textarea[name="content"]');
if (field) mountEditor(field);
