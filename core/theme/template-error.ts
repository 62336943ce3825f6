import { GalleyError, messageOf } from '../lib/errors.ts';

/** Where in which template something went wrong. */
export interface TemplatePlace {
  /** `<theme>/templates/single.hbs` */
  file: string;
  /** From 1; 0 where it is not known. */
  line: number;
}

function isPlaced(error: unknown): boolean {
  return (
    error instanceof GalleyError &&
    typeof error.details === 'object' &&
    error.details !== null &&
    'file' in error.details
  );
}

/** The error with the place it happened at; one that has a place already keeps it. */
export function placedError(error: unknown, { file, line }: TemplatePlace): GalleyError {
  if (isPlaced(error)) return error as GalleyError;
  const where = line > 0 ? `${file}, line ${line}` : file;
  return new GalleyError('GALLEY_TEMPLATE_INVALID', `${where}: ${messageOf(error)}`, {
    cause: error,
    details: { file, line },
  });
}
