// A package can be dropped anywhere on its box. Without this the file input takes it.
const box = document.querySelector<HTMLElement>('[data-plugin-drop]');
const input = box?.querySelector<HTMLInputElement>('input[type="file"]');

if (box && input) {
  const mark = (isOver: boolean): void => void box.classList.toggle('is-over', isOver);
  box.addEventListener('dragover', (event) => {
    event.preventDefault();
    mark(true);
  });
  box.addEventListener('dragleave', () => mark(false));
  box.addEventListener('drop', (event) => {
    event.preventDefault();
    mark(false);
    if (event.dataTransfer?.files.length) input.files = event.dataTransfer.files;
    input.focus();
  });
}
