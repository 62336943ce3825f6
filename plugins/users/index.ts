import { definePlugin } from 'galley';
import { addAdmin } from './admin.ts';
import { Authors } from './authors.ts';
import { avatarParams, showAvatar } from './avatar.ts';
import { addUserCommands } from './cli.ts';
import { handOver } from './handover.ts';
import { checkUsers } from './health.ts';
import { Pictures, presentPictures } from './pictures.ts';
import { Profiles } from './profile.ts';
import { defineUserTrash } from './trash.ts';

export type { PublicAuthor } from './authors.ts';
export type { ProfileField } from './profile.ts';

declare module 'galley' {
  interface Services {
    /** Authors as the public may see them. */
    authors: Authors;
    /** What people say about themselves. */
    profiles: Profiles;
    /** The pictures that people chose of themselves. */
    pictures: Pictures;
  }
  interface RouteNames {
    'users.avatar': { hue: number; initials: string };
  }
}

export default definePlugin((site) => {
  site.services.provide('authors', new Authors(site));
  site.services.provide('profiles', new Profiles(site));
  const pictures = new Pictures(site);
  site.services.provide('pictures', pictures);
  site.hooks.addFilter('entries:presenting', (entries, { tag }) => presentPictures(pictures, entries, tag));
  addAdmin(site);
  site.hooks.addFilter('user:removing', (removal) => handOver(site, removal));
  defineUserTrash(site);
  addUserCommands(site);
  site.health.define('users', () => checkUsers(site));
  site.routes.get(
    '/avatar/:hue(int)/:initials.svg',
    {
      name: 'users.avatar',
      public: true,
      cache: {},
      schema: { params: avatarParams },
      summary: 'Initials on a colour.',
    },
    showAvatar,
  );
});
