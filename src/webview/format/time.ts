/** Times: as an age that goes by, and exact. */
import { language, t } from '../strings';

/** As in the kernel's world and in logs: 24 hours. */
const CLOCK = { timeStyle: 'medium', hourCycle: 'h23' } as const;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `3 s ago`, `5 min ago`, `2 h ago`, `3 d ago` */
export function ago(at: number, now: number): string {
  const age = now - at;
  if (age < SECOND) return t('just now');
  if (age < MINUTE) return t('{0} s ago', Math.floor(age / SECOND));
  if (age < HOUR) return t('{0} min ago', Math.floor(age / MINUTE));
  if (age < 2 * DAY) return t('{0} h ago', Math.floor(age / HOUR));
  return t('{0} d ago', Math.floor(age / DAY));
}

/** How long something lasts by now: `for 12 s`, `for 5 min` */
export function lasting(since: number, now: number): string {
  const age = Math.max(0, now - since);
  if (age < MINUTE) return t('for {0} s', Math.floor(age / SECOND));
  if (age < HOUR) return t('for {0} min', Math.floor(age / MINUTE));
  if (age < 2 * DAY) return t('for {0} h', Math.floor(age / HOUR));
  return t('for {0} d', Math.floor(age / DAY));
}

/** Date and time, in the zone of the person who looks. */
export function exactTime(at: number): string {
  return valid(at)?.toLocaleString(language(), { dateStyle: 'medium', ...CLOCK }) ?? String(at);
}

/** `12:03:01`, with the date where it is not today's. */
export function clockTime(at: number, now: number): string {
  const date = valid(at);
  if (!date) return String(at);
  const today = date.toDateString() === new Date(now).toDateString();
  return today ? date.toLocaleTimeString(language(), CLOCK) : exactTime(at);
}

function valid(at: number): Date | undefined {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
