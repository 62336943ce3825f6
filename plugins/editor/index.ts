import { join } from 'node:path';
import { definePlugin } from 'galley';
import { addEditor } from './form.ts';
import { PREVIEW_SCHEMA, previewBlock } from './preview.ts';

export default definePlugin((site) => {
  site.assets.folder('editor', join(import.meta.dirname, 'assets'));
  addEditor(site);
  site.routes.post(
    '/admin/api/editor/preview',
    {
      name: 'editor.preview',
      capability: 'edit_posts',
      summary: 'What readers will see of a block that somebody writes.',
      schema: PREVIEW_SCHEMA,
      rateLimit: { max: 600, seconds: 60 },
    },
    previewBlock,
  );
});
