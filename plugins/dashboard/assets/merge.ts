// Whoever writes his own words on the merge screen has chosen them.
for (const area of document.querySelectorAll<HTMLTextAreaElement>('textarea[data-merge-own]')) {
  area.addEventListener('input', () => {
    const radio = document.getElementById(area.dataset['mergeOwn'] ?? '');
    if (radio instanceof HTMLInputElement) radio.checked = true;
  });
}
