import { GalleyError } from 'galley';

/** What a file of a theme is for. */
export type FileKind = 'templates' | 'layouts' | 'partials' | 'styles' | 'settings';

const PART = '[A-Za-z0-9_][A-Za-z0-9_-]*';
const PATHS: readonly [FileKind, RegExp][] = [
  ['templates', new RegExp(`^templates/(${PART}/){0,4}${PART}\\.hbs$`)],
  ['layouts', new RegExp(`^layouts/(${PART}/){0,4}${PART}\\.hbs$`)],
  ['partials', new RegExp(`^partials/(${PART}/){0,4}${PART}\\.hbs$`)],
  ['styles', new RegExp(`^assets/(${PART}/){0,4}${PART}\\.css$`)],
  ['settings', /^theme\.json$/],
];
/** Histories keep a path in 100 characters, beside the name of the theme. */
const MAX_LENGTH = 90;

/** What a path is for; undefined for one that nobody may open or write here. */
export function kindOf(path: string): FileKind | undefined {
  return path.length > MAX_LENGTH ? undefined : PATHS.find(([, pattern]) => pattern.test(path))?.[0];
}

/** @throws GALLEY_FILE_REFUSED for a path that is no template, stylesheet or `theme.json` */
export function needKind(path: string): FileKind {
  const kind = kindOf(path);
  if (kind) return kind;
  throw new GalleyError(
    'GALLEY_FILE_REFUSED',
    'Only templates, layouts and partials (.hbs), stylesheets below assets (.css) and theme.json can be changed here.',
  );
}
