/** The summary of what has to be put right is where the reader should be first. */
export function focusSummary() {
  document.querySelector('[data-focus]')?.focus();
}

/** Marks what was changed, warns before it is lost, saves by Ctrl+S. */
export function guardForms() {
  for (const form of document.querySelectorAll('form[data-guard]')) guard(form);
}

function guard(form) {
  let isChanged = form.hasAttribute('data-changed');
  let isSent = false;
  form.addEventListener('input', (event) => {
    isChanged = true;
    event.target.closest('.field')?.classList.add('is-changed');
  });
  form.addEventListener('submit', () => {
    isSent = true;
  });
  window.addEventListener('beforeunload', (event) => {
    if (isChanged && !isSent) event.preventDefault();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector('[data-save]') ?? form.querySelector('button'));
  });
}
