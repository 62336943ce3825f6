import { attach, type Module } from '../kernel/module.ts';
import { Assets } from './assets.ts';
import { Renderer } from './render.ts';
import { TemplateRegistry } from './template-registry.ts';
import { Themes } from './themes.ts';

/** Templates, assets and themes. The site's theme is read and built when it is first needed; `site.themes.active()` does it ahead. */
const themeModule: Module = {
  name: 'theme',
  start(site) {
    attach(site, 'templates', new TemplateRegistry());
    attach(site, 'assets', new Assets(site));
    attach(site, 'themes', new Themes(site));
    const renderer = new Renderer(site);
    attach(site, 'render', (candidates, view, options) => renderer.render(candidates, view, options));
    site.assets.onMiss(() => site.themes.active());
  },
};

/** The modules of this layer. */
export const themeModules: readonly Module[] = [themeModule];
