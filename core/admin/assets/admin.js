// Makes the screens more comfortable. Nothing here is needed: all of it works as forms and links.

import { focusSummary, guardForms, skipInPlace } from './parts/guard.js';
import { listenToKeys } from './parts/keys.ts';
import { switchModesInPlace } from './parts/mode.ts';
import { offerPalette } from './parts/palette.ts';
import { keepPlace, returnToPlace } from './parts/place.ts';
import { closePops } from './parts/pops.js';
import { selectRows } from './parts/selection.js';

closePops();
offerPalette();
switchModesInPlace();
listenToKeys();
focusSummary();
returnToPlace();
skipInPlace();
guardForms(keepPlace);
// Lists that are drawn by script select their rows themselves.
if (!document.getElementById('data-list')) selectRows();
