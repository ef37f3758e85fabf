/** What the page Limits says, from what the helper tells. */
import { type LimitsAnswer, type LimitUse, partUsed } from '../protocol/limits';
import type { LimitLine, LimitsPage } from '../protocol/pages/limits';
import { KINDS } from '../protocol/ref';
import { type LimitAround, type LimitText, limitUseText, nearestFirst, nearestText } from './limits';
import { t } from './translate';
import { lackingLines } from './unseen';
import { findIn, grouped } from './values';

/** Everything that is said of one look. `user`: the name of a user. */
export function limitsPageOf(answer: LimitsAnswer, user: LimitAround['user']): LimitsPage {
  const { host, limits, processes, blind } = answer;
  const around: LimitAround = { find: findIn({ processes, objects: [] }), user };
  const ofProcesses = limits.filter(({ ref }) => ref !== undefined);
  const ofUsers = limits.filter(({ uid }) => uid !== undefined);
  const others = limits.filter((one) => one.uid === undefined && one.ref === undefined);
  const line = (use: LimitUse) => lineOf(use, around);
  const uids = [...new Set(ofUsers.map(({ uid = 0 }) => uid))];
  const sections = [
    ...uids.map((uid) => ({
      title: t('User {0}', user(uid)),
      rows: ofUsers.filter((one) => one.uid === uid).map(line),
    })),
    { title: t('This machine'), space: host.ipcNamespace, rows: others.map(line) },
    { title: t('Processes nearest to their limit'), rows: ofProcesses.map(line) },
  ].filter(({ rows }) => rows.length > 0);
  return {
    host: host.name,
    verdict: verdictOf(limits, around),
    sections: sections.map(({ title, rows, ...more }) => ({
      ...{ title, rows },
      note: [
        ...('space' in more ? [t('IPC namespace {0}', more.space)] : []),
        ...nearNote(rows.filter(({ near }) => near).length, rows.length),
      ].join(' · '),
    })),
    notes: lackingLines(blind, KINDS),
  };
}

function nearNote(near: number, all: number): string[] {
  return near === 0 ? [] : [t('{0} of {1} near', grouped(near), grouped(all))];
}

function lineOf(use: LimitUse, around: LimitAround): LimitLine {
  const { what, uid, ref } = use;
  const text = limitUseText(use, around);
  const { kernelName, used, percent, near, setting, now, fails, raise } = text;
  const part = partUsed(use);
  return {
    ...{ key: [what, uid, ref].join(' '), what, kernelName, used, percent, near, setting, now, fails, raise },
    // Of a process the name stands in the label; of a user in the heading.
    label: ref === undefined ? text.what : text.label,
    ...(part !== undefined && { part: Math.min(1, part) }),
    ...whoOf(text, use),
  };
}

/** Who uses most; a limit of a process is used by it alone. */
function whoOf({ who, whose }: LimitText, { ref, uses }: LimitUse): Pick<LimitLine, 'who'> {
  if (who) return { who: { ...who, ...(uses?.ref !== undefined && { ref: uses.ref }) } };
  return ref === undefined ? {} : { who: { name: whose, ref, used: '' } };
}

/** What fails next, and what would come after it. */
function verdictOf(limits: readonly LimitUse[], around: LimitAround): LimitsPage['verdict'] {
  const [nearest, second] = nearestFirst(limits);
  if (!nearest) return { tone: 'plain', says: t('Nobody tells how much is used of any limit.'), matters: '' };
  const { near, label, used, percent, fails, raise } = limitUseText(nearest, around);
  if (near) {
    const next = second && limitUseText(second, around);
    const matters = next?.near === true ? `${fails} ${secondText(next)}` : fails;
    return {
      tone: 'warning',
      says: t('Next to fail: {0}, {1} ({2}).', label, used, percent),
      matters,
      raise,
    };
  }
  const all = limits.every((one) => one.atLeast !== true && (one.most === null || one.used !== undefined));
  const says = all ? t('No limit is near.') : t('No limit is near, as far as can be seen.');
  return { tone: all ? 'fine' : 'plain', says, matters: nearestText(nearest, around) };
}

function secondText({ label, used, percent }: LimitText): string {
  return t('Second: {0}, {1} ({2}).', label, used, percent);
}
