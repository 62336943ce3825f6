// Enhancements only: every page reads and works without this file.
import { addCopyButtons } from './parts/code-copy.js';
import { watchMenus } from './parts/menus.js';
import { showModeSwitch } from './parts/mode-switch.js';
import { watchScrollers } from './parts/scrollers.js';

showModeSwitch();
watchMenus();
addCopyButtons();
watchScrollers();
