import { announce, t } from 'galley/client';

/** The summary of what has to be put right is where the reader should be first. */
export function focusSummary() {
  document.querySelector('[data-focus]')?.focus();
}

/** Past the menu without a mark in the address: the next page would begin there, and not at what it has to say. */
export function skipInPlace() {
  document.querySelector('.skip')?.addEventListener('click', (event) => {
    event.preventDefault();
    document.getElementById('main')?.focus();
  });
}

/** After this long without an answer it may be sent again. */
const AGAIN_MS = 10_000;
/** Waits that are longer than this are shown. */
const BUSY_MS = 300;

/** Marks what was changed, warns before it is lost, saves by Ctrl+S. `keepPlace` gets each form that is sent. */
export function guardForms(keepPlace) {
  for (const form of document.querySelectorAll('form[data-guard]')) guard(form, keepPlace);
}

function guard(form, keepPlace) {
  let isChanged = form.hasAttribute('data-changed');
  let isSent = false;
  form.addEventListener('input', (event) => {
    isChanged = true;
    event.target.closest('.field')?.classList.add('is-changed');
  });
  const rest = () => {
    isSent = false;
    form.removeAttribute('aria-busy');
  };
  // Whoever presses twice means it once: two requests would make two of what is new.
  form.addEventListener('submit', (event) => {
    if (isSent) return event.preventDefault();
    isSent = true;
    keepPlace(form);
    setTimeout(() => {
      // Somebody has a question first.
      if (event.defaultPrevented) isSent = false;
    });
    setTimeout(() => {
      if (!isSent) return;
      form.setAttribute('aria-busy', 'true');
      announce(t('Being sent …'));
    }, BUSY_MS);
    setTimeout(rest, AGAIN_MS);
  });
  window.addEventListener('pageshow', rest);
  window.addEventListener('beforeunload', (event) => {
    if (isChanged && !isSent) event.preventDefault();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector('[data-save]') ?? form.querySelector('button'));
  });
}
