// The library: dropping files, putting them into folders with the pointer, and asking before something is lost.
import { data } from 'galley/client';
import { askBefore } from './parts/ask-before.ts';
import { dropIntoFolders } from './parts/folder-drop.ts';
import { LibraryUploads } from './parts/library-uploads.ts';
import { type Matching, selectAllThatMatch, tellOfLast } from './parts/select-all.ts';

/** What the server says of the page. */
interface Facts {
  folder: number | null;
  isTrash: boolean;
  isList: boolean;
  limit: number;
  /** How many files there are like those that are shown, and where their numbers are told; the grid only. */
  matching?: Matching;
}

const facts = data<Facts>('media-library');
const form = document.querySelector<HTMLFormElement>('#media-upload');
if (facts && form) new LibraryUploads(form, facts).start();
if (facts) dropIntoFolders(facts.folder);
if (facts?.matching) selectAllThatMatch(facts.matching);
askBefore();
tellOfLast();
