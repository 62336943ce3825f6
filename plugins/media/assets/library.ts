// The library: dropping files, putting them into folders with the pointer, and asking before something is lost.
import { data } from 'galley/client';
import { askBefore } from './parts/ask-before.ts';
import { dropIntoFolders } from './parts/folder-drop.ts';
import { LibraryUploads } from './parts/library-uploads.ts';

/** What the server says of the page. */
interface Facts {
  folder: number | null;
  isTrash: boolean;
  isList: boolean;
  limit: number;
}

const facts = data<Facts>('media-library');
const form = document.querySelector<HTMLFormElement>('#media-upload');
if (facts && form) new LibraryUploads(form, facts).start();
if (facts) dropIntoFolders(facts.folder);
askBefore();
