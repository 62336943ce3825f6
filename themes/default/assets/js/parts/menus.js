const OPEN = '.submenu[open], .search-drawer[open]';

function closeAll(except) {
  for (const open of document.querySelectorAll(OPEN)) {
    if (!(except && open.contains(except))) open.open = false;
  }
}

/** Closes open submenus and the search drawer by Escape, and when the reader turns elsewhere. */
export function watchMenus() {
  document.addEventListener('click', (event) => closeAll(event.target));
  document.addEventListener('focusin', (event) => closeAll(event.target));
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const outermost = [...document.querySelectorAll(OPEN)].find((open) => open.contains(document.activeElement));
    closeAll();
    outermost?.querySelector('summary')?.focus();
  });
  for (const drawer of document.querySelectorAll('.search-drawer')) {
    drawer.addEventListener('toggle', () => drawer.open && drawer.querySelector('input')?.focus());
  }
}
