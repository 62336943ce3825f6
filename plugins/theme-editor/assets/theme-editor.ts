// The text of a file as code: Tab indents, mistakes lead to their lines. Without this it is a plain text.
const text = document.querySelector<HTMLTextAreaElement>('#text');
if (text) text.classList.add('is-code');
