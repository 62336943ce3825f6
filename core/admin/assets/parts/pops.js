/** Menus that open over the page close by Escape and by a click elsewhere; the focus goes back to what opened them. */
export function closePops() {
  const open = () => document.querySelectorAll('.pop[open], .drawer[open]');
  document.addEventListener('click', (event) => {
    for (const details of open()) if (!details.contains(event.target)) details.open = false;
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const details of open()) {
      details.open = false;
      details.querySelector('summary').focus();
    }
  });
}
