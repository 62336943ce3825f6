// Makes the screens more comfortable. Nothing here is needed: all of it works as forms and links.

import { focusSummary, guardForms } from './parts/guard.js';
import { closePops } from './parts/pops.js';

closePops();
focusSummary();
guardForms();
