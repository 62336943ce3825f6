import { announce, confirmDialog, t } from 'galley/client';

/** Asks before something is done. */
export async function open(): Promise<void> {
  const isWanted = await confirmDialog({
    title: t('Move 3 posts to the trash?'),
    text: t('They stay there for 30 days.'),
    confirm: t('Move 3 posts to the trash'),
    isDanger: true,
  });
  announce(isWanted ? t('They would be in the trash now.') : t('Nothing happened.'));
}
