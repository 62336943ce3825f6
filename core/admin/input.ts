import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';

/** For whom a part of the admin is made. */
export interface AdminInput {
  site: Site;
  viewer: Viewer;
  /** Path of the screen, such as `/admin/content/post`. */
  path: string;
}
