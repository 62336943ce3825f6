const KEY = 'galley-theme';
const MODES = ['system', 'light', 'dark'];

/** The stored choice; private windows may refuse storage, then the system decides. */
function storedMode() {
  try {
    const mode = localStorage.getItem(KEY);
    return MODES.includes(mode) ? mode : 'system';
  } catch {
    return 'system';
  }
}

function storeMode(mode) {
  try {
    if (mode === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, mode);
  } catch {
    // The choice then lasts as long as the page.
  }
}

function applyMode(button, mode) {
  if (mode === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = mode;
  button.dataset.current = mode;
  const label = button.querySelector('[data-mode-label]');
  if (label) label.textContent = button.getAttribute(`data-label-${mode}`);
}

/** Shows the button that goes round light, dark and the system's colours, and remembers the choice. */
export function showModeSwitch() {
  const button = document.querySelector('[data-mode-switch]');
  if (!button) return;
  applyMode(button, storedMode());
  button.hidden = false;
  button.addEventListener('click', () => {
    const mode = MODES[(MODES.indexOf(button.dataset.current) + 1) % MODES.length];
    storeMode(mode);
    applyMode(button, mode);
  });
  // Another page of the site, in another tab, was switched.
  addEventListener('storage', ({ key }) => {
    if (key === KEY) applyMode(button, storedMode());
  });
}
