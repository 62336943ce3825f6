// What scripts of the admin share, for core and plugins alike: `import { request, t } from 'galley/client'`. Runs in browsers only.
export { announce } from './announce.ts';
export { type Arranged, type Arrangement, arrange, undoButton } from './arrange.ts';
export { confirmDialog, openDialog } from './dialog.ts';
export { icon } from './icon.ts';
export { addKeys, type Key } from './keys.ts';
export { actOnMany, type ManyAct, type ManyDone, takeManyBack, tellOfMany } from './many.ts';
export { MediaGrid, mediaThumb } from './media-grid.ts';
export type { MediaFolder, MediaItem } from './media-item.ts';
export { openMediaPicker, type PickerOptions } from './media-picker.ts';
export { type UploadOptions, uploadFile } from './media-upload.ts';
export { onModeChange, showMode, shownMode } from './mode.ts';
export type { OutlineItem } from './outline.ts';
export { data, isRightToLeft, language, t } from './page.ts';
export { formToken, RequestError, type RequestOptions, request } from './request.ts';
export { type Toast, toast } from './toast.ts';
