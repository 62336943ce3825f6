/** Lets the keyboard reach what scrolls sideways; only while it does, so that nobody stops at what stands still. */
export function watchScrollers() {
  const watcher = new ResizeObserver((changes) => {
    for (const { target } of changes) setFocusable(target);
  });
  for (const element of document.querySelectorAll('.entry-content :is(pre, .wp-block-table, table)'))
    watcher.observe(element);
}

function setFocusable(element) {
  const scrolls = element.scrollWidth > element.clientWidth && getComputedStyle(element).overflowX !== 'visible';
  if (scrolls) element.tabIndex = 0;
  else element.removeAttribute('tabindex');
}
