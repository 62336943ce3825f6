// The colours of the page in the frame, also where somebody has chosen others for himself on the site.
const frame = document.querySelector<HTMLIFrameElement>('.preview-frame');
const mode = ['light', 'dark'].find((name) => frame?.classList.contains(`preview-${name}`));

function colour(): void {
  const root = frame?.contentDocument?.documentElement;
  if (!root || !mode) return;
  root.dataset['theme'] = mode;
  root.dataset['bsTheme'] = mode;
}

frame?.addEventListener('load', colour);
colour();
