/** Gives every block of code a button that copies it; only where the browser can. */
export function addCopyButtons() {
  if (!navigator.clipboard) return;
  const words = document.querySelector('[data-copy-label]')?.dataset ?? {};
  for (const block of document.querySelectorAll('.entry-content pre.wp-block-code, .entry-content pre:has(> code)')) {
    block.append(copyButton(block, words));
  }
}

function copyButton(block, words) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'code-copy';
  button.textContent = words.copyLabel ?? 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText((block.querySelector('code') ?? block).textContent ?? '');
    button.textContent = words.copiedLabel ?? 'Copied';
    setTimeout(() => {
      button.textContent = words.copyLabel ?? 'Copy';
    }, 2000);
  });
  return button;
}
