/** Where the links of the bar take more than one row, all but the first go into a menu. Returns the menu. */
export function foldable(nav: HTMLElement, list: HTMLElement, label: string): HTMLDetailsElement {
  const more = document.createElement('details');
  more.id = 'more';
  const summary = document.createElement('summary');
  summary.textContent = label;
  const rest = document.createElement('ul');
  more.append(summary, rest);
  const items = [...list.children];

  const fit = (): void => {
    if (list.hidden) return;
    const wasOpen = more.open;
    fold(false);
    const [first, last] = [items.at(0), items.at(-1)] as HTMLElement[];
    const isTooWide = first !== undefined && last !== undefined && last.offsetTop > first.offsetTop;
    fold(isTooWide);
    more.open = wasOpen && isTooWide;
  };
  const fold = (isFolded: boolean): void => {
    nav.classList.toggle('is-folded', isFolded);
    for (const item of items.slice(1)) (isFolded ? rest : list).append(item);
  };

  nav.addEventListener('galley:fit', fit);
  let width = window.innerWidth;
  window.addEventListener('resize', () => {
    // The bars of a phone's browser come and go while one scrolls, and that changes the height alone.
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    fit();
  });
  more.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !more.open) return;
    event.stopPropagation();
    more.open = false;
    summary.focus();
  });
  document.addEventListener('pointerdown', (event) => {
    if (!event.composedPath().includes(more)) more.open = false;
  });
  return more;
}
