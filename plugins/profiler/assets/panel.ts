// What a page costs, in a panel over it. Loaded where somebody may know, and does nothing until he asks.
import { openPanel } from './parts/open-panel.ts';

const HERE = 'a[href^="/admin/profiler?"]';

// The bar over a page of the site tells which of its links was chosen.
document.addEventListener('galley:bar-item', (event) => {
  const { detail } = event as CustomEvent<{ url: string; from: HTMLElement }>;
  if (!detail.url.startsWith('/admin/profiler')) return;
  event.preventDefault();
  void openPanel(detail.url, detail.from);
});

document.querySelector('.topbar')?.addEventListener('click', (event) => {
  const { button, ctrlKey, metaKey, shiftKey, target } = event as MouseEvent;
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>(HERE) : null;
  if (!link || button !== 0 || ctrlKey || metaKey || shiftKey) return;
  event.preventDefault();
  void openPanel(link.href, link);
});
