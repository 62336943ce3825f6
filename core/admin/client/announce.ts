let region: HTMLElement | undefined;

/** Says something to screen readers, without moving the focus. */
export function announce(text: string): void {
  if (!region) {
    region = document.createElement('div');
    region.className = 'visually-hidden';
    region.setAttribute('role', 'status');
    document.body.append(region);
  }
  const target = region;
  target.textContent = '';
  // A region that changes within one frame is not read.
  setTimeout(() => {
    target.textContent = text;
  }, 50);
}
