import { createHash } from 'node:crypto';
import { SafeHtml } from '../lib/escape.ts';

/**
 * The one inline script of a page. It runs before the first paint and takes the reader's choice of light or dark from
 * the browser's store, so that no page flashes in the wrong colours. The text is fixed, so that its hash is too.
 * The theme's own script changes the choice: localStorage['galley-theme'] = 'light' | 'dark', absent for the system's.
 */
export const THEME_BOOT =
  "(function(r){var m;try{m=localStorage.getItem('galley-theme')}catch(e){}var d=matchMedia('(prefers-color-scheme: dark)').matches;" +
  "if(m==='light'||m==='dark')r.setAttribute('data-theme',m);r.setAttribute('data-bs-theme',m==='light'||m==='dark'?m:d?'dark':'light')})(document.documentElement)";

/** SHA-256 of the script in base64, for the content security policy. */
export const THEME_BOOT_HASH: string = createHash('sha256').update(THEME_BOOT).digest('base64');

/** The script's element. */
export const THEME_BOOT_HTML: SafeHtml = new SafeHtml(`<script>${THEME_BOOT}</script>`);
