import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';

/** For whom a part of the admin is made. */
export interface AdminInput {
  site: Site;
  viewer: Viewer;
  /** Path of the screen, such as `/admin/content/post`. */
  path: string;
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
