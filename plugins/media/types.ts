import type { Site } from 'galley';
import { FOLDERS } from './folders.ts';

/** The type of files in the library, with WordPress's name. Its title, excerpt and body are title, caption and description. */
export function defineAttachment(site: Site): void {
  site.types.register('attachment', {
    title: 'Media',
    singular: 'File',
    icon: 'image',
    public: true,
    base: 'attachment',
    capability: 'post',
    showInAdmin: false,
    taxonomies: [FOLDERS],
    supports: ['title', 'content', 'excerpt', 'author', 'comments', 'custom-fields'],
    fields: {
      alt: {
        kind: 'text',
        label: 'Alternative text',
        maxLength: 1000,
        help: 'What the picture shows, for those who do not see it. Empty where it is mere decoration.',
      },
      credit: { kind: 'text', label: 'Credit', maxLength: 300 },
      name: { kind: 'text', label: 'Name of the uploaded file', maxLength: 100 },
      file: { kind: 'text', label: 'Address', maxLength: 500 },
      width: { kind: 'integer', label: 'Width in pixels', min: 0 },
      height: { kind: 'integer', label: 'Height in pixels', min: 0 },
      bytes: { kind: 'integer', label: 'Size in bytes', min: 0 },
      focalX: { kind: 'number', label: 'Focal point from the left', min: 0, max: 1 },
      focalY: { kind: 'number', label: 'Focal point from the top', min: 0, max: 1 },
      edit: { kind: 'json', label: 'How it was cropped and turned' },
    },
  });
}
