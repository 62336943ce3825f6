const CLOCK = /^(-?)(?:(\d{1,6}):)?(\d{1,6}):(\d{1,2})$/;
const WORDS =
  /^(?:(\d{1,6})\s*h(?:ours?)?)?(?:\s*(\d{1,6})\s*m(?:in)?(?:utes?)?)?(?:\s*(\d{1,9})\s*s(?:ec)?(?:onds?)?)?$/i;

const two = (number: number): string => String(number).padStart(2, '0');

/** Seconds as people write them: `1:30:00`. What is no number stays as it is. */
export function durationText(value: unknown): string {
  if (typeof value !== 'number' || !Number.isInteger(value)) return String(value ?? '');
  const total = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  return `${sign}${Math.floor(total / 3600)}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
}

/** Seconds from `1:30:00`, `2:30` (minutes and seconds), `1h 30m` or a bare number; the text where it is none of these. */
export function readDuration(text: string): number | string | null {
  const typed = text.trim();
  if (typed === '') return null;
  if (/^-?\d{1,12}$/.test(typed)) return Number(typed);
  const clock = CLOCK.exec(typed);
  if (clock) {
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = clock;
    return (sign ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
  }
  const words = WORDS.exec(typed);
  if (!words) return text;
  const [, hours = '0', minutes = '0', seconds = '0'] = words;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
