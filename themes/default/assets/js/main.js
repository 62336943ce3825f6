// Enhancements only: every page reads and works without this file.
import { addCopyButtons } from './code-copy.js';
import { watchMenus } from './menus.js';
import { showModeSwitch } from './mode-switch.js';

showModeSwitch();
watchMenus();
addCopyButtons();
