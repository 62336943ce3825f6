import { t, toast } from 'galley/client';

/** Says something while one goes on working. */
export function open(): void {
  toast({ text: t('Saved. Visitors see it now.'), kind: 'success' });
}
