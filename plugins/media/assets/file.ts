// The screen of one file: cutting and the focal point are seen while they are set.
import { data } from 'galley/client';
import { showCrop } from './parts/crop-stage.ts';
import { showFocal } from './parts/focal-stage.ts';

/** What the server says of the picture. */
interface Facts {
  upload: string;
  picture: string;
}

const facts = data<Facts>('media-file');
if (facts) {
  showCrop(facts.upload);
  showFocal(facts.picture);
}
