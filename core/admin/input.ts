import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import type { Messages } from '../lib/i18n.ts';

/** For whom a part of the admin is made. */
export interface AdminInput {
  site: Site;
  viewer: Viewer;
  /** Path of the screen, such as `/admin/content/post`. */
  path: string;
}

/** The same, where what is shown is put together for one reader. */
export interface ReaderInput extends AdminInput {
  /** The texts of the reader's language, for what is more than a plain label. */
  messages: Messages;
}

/** A link at the top of each screen of the admin. */
export interface BarLink {
  /** Plain English; translated where it is shown. */
  label: string;
  url: string;
  icon: string;
  /** Address of a script that does more with it, from `site.assets.url`. */
  script?: string;
}
