import { t } from 'galley/client';

/** The words of the search, in the reader's language. */
export const phrases = (): Record<string, string> => ({
  Find: t('Find'),
  Replace: t('Replace'),
  next: t('Next'),
  previous: t('Previous'),
  all: t('All'),
  'match case': t('Match case'),
  regexp: t('Regular expression'),
  'by word': t('Whole words'),
  replace: t('Replace'),
  'replace all': t('Replace all'),
  close: t('Close'),
  'Go to line': t('Go to line'),
  go: t('Go'),
  'current match': t('Current match'),
  'on line': t('on line'),
  'replaced match on line $': t('Replaced on line {line}', { line: '$' }),
  'replaced $ matches': t('Replaced: {count}', { count: '$' }),
  'Selection deleted': t('Selection deleted'),
});
