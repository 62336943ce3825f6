import { join } from 'node:path';
import { definePlugin } from 'galley';
import { takeFootnotes } from './footnotes.ts';
import { addEditor } from './form.ts';
import { answerLinks, LINKS_SCHEMA } from './links.ts';
import { answerPattern, answerPatterns, PATTERN_SCHEMA, receivePattern } from './patterns.ts';
import { PREVIEW_SCHEMA, previewBlock } from './preview.ts';
import { answerReadyPatterns } from './ready-patterns.ts';

/** The calls check that the viewer writes texts of some type: no single capability says so. */
const WRITER = { authenticated: true, rateLimit: { max: 600, seconds: 60 } } as const;

export default definePlugin((site) => {
  site.assets.folder('editor', join(import.meta.dirname, 'assets'));
  addEditor(site);
  takeFootnotes(site);
  site.routes.post(
    '/admin/api/editor/preview',
    {
      ...WRITER,
      name: 'editor.preview',
      summary: 'What readers will see of a block that somebody writes.',
      schema: PREVIEW_SCHEMA,
      longTexts: true,
    },
    previewBlock,
  );
  site.routes.get(
    '/admin/api/editor/links',
    {
      ...WRITER,
      schema: LINKS_SCHEMA,
      summary: 'What a text may link to: the last changed, or by words of the title.',
    },
    answerLinks,
  );
  site.routes.get(
    '/admin/api/editor/patterns',
    { ...WRITER, summary: 'The patterns that a text may use.' },
    answerPatterns,
  );
  site.routes.get(
    '/admin/api/editor/ready-patterns',
    { ...WRITER, area: 'admin', summary: 'The patterns of the theme and of plugins.' },
    answerReadyPatterns,
  );
  site.routes.get(
    '/admin/api/editor/patterns/:id(int)',
    { ...WRITER, summary: 'A pattern with its blocks.' },
    answerPattern,
  );
  site.routes.post(
    '/admin/api/editor/patterns',
    {
      ...WRITER,
      schema: PATTERN_SCHEMA,
      rateLimit: { max: 60, seconds: 60 },
      longTexts: true,
      summary: 'Keeps blocks as a pattern.',
    },
    receivePattern,
  );
});
