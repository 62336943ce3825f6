// The button that publishes says what it does: with a day that is still to come it schedules.
import { data, t } from 'galley/client';

const date = document.querySelector<HTMLInputElement>('input[name="date"]');
const button = document.querySelector<HTMLButtonElement>('.savebar button[name="press"][value="publish"]');

/** The time that it is in a zone, as the field writes it. */
function nowIn(zone: string): string {
  const parts = new Intl.DateTimeFormat('en-US-u-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(new Date());
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.find(({ type }) => type === name)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

if (date && button) {
  const usual = button.textContent ?? '';
  const { zone = 'UTC' } = data<{ zone: string }>('schedule') ?? {};
  const show = (): void => {
    button.textContent = date.value > nowIn(zone) ? t('Schedule') : usual;
  };
  date.addEventListener('input', show);
  show();
}
