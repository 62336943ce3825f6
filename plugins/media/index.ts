import { definePlugin } from 'galley';
import { addScreens } from './admin.ts';
import { addApi } from './api.ts';
import { addCommands } from './cli.ts';
import { containedCheck } from './contained-check.ts';
import { completeImages, imageIds } from './content-images.ts';
import { Copies } from './copies.ts';
import { findFiles } from './find-files.ts';
import { defineFolders } from './folders.ts';
import { presentMedia, tagFacts } from './front.ts';
import { defineHooks } from './hooks.ts';
import { ImageTool } from './image-tool.ts';
import { Incoming } from './incoming.ts';
import { defineJobs } from './jobs.ts';
import { Library } from './library.ts';
import { Media } from './media.ts';
import { FactsReader } from './media-facts.ts';
import { MediaStore } from './media-store.ts';
import { addPickerPictures } from './picker-pictures.ts';
import { serveFile } from './serve.ts';
import { defineSettings } from './settings.ts';
import { defineAttachment } from './types.ts';
import { watch } from './watch.ts';

declare module 'galley' {
  interface Services {
    media: Media;
  }
}

export default definePlugin((site) => {
  const [store, images] = [new MediaStore(site), new ImageTool()];
  const copies = new Copies(site, store, images);
  const incoming = new Incoming(site, images);
  const media = new Media(site, { store, copies, incoming, facts: new FactsReader(site, store) });
  defineFolders(site);
  defineAttachment(site);
  const library = new Library(site, media, { store, copies, images, incoming });
  addApi(site, library);
  addCommands(site, library);
  addScreens(site, library);
  defineHooks(site);
  site.contained.adapters.set('file:received', containedCheck);
  site.services.provide('media', media);
  defineSettings(site);
  watch(site, library);
  site.hooks.addFilter('entries:presenting', (entries, shown) => presentMedia(site, media, entries, shown));
  site.hooks.addFilter('blocks:rendered', async (texts, { viewer, tag }) => {
    const ids = imageIds(texts);
    if (ids.length === 0) return texts;
    const facts = await media.facts(ids, viewer);
    tagFacts(ids, facts, tag);
    return completeImages(texts, facts, texts.length === 1);
  });
  site.hooks.addResponder('blocks:images', ({ ids, size, viewer }) => media.images(ids, { viewer, size }), {
    optional: true,
  });

  addPickerPictures(site, media);
  site.hooks.addCollector('admin:commands', findFiles);

  const route = { public: true, unlimited: true, summary: 'A file of the library.' } as const;
  site.routes.get('/media/*rest', { ...route, name: 'media.file' }, (context) => serveFile(context, media));
  site.routes.get('/wp-content/uploads/*rest', route, (context) => serveFile(context, media));
  defineJobs(site, library, copies);
});
