/** How System V shared memory segments are shown. */
import { exactSize, grouped, momentText, exactPast, size } from '../values';
import type { KindView } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import { brokenPart, lockFacts } from './futexes';
import { attachedNames, attachedPart } from './segmentUsers';
import { byId, idPart, sysvFacts, sysvLabel, sysvTitle, used, withLimit } from './sysv';
import { t } from '../translate';

const words = () => ({
  one: t('segment'),
  many: t('segments'),
  group: t('System V shared memory'),
  verb: t('Destroy Segment'),
  create: t('Create System V Segment'),
});

export const sysvShm: KindView<'sysv.shm'> = {
  kind: 'sysv.shm',
  get words() {
    return words();
  },
  icon: 'circuit-board',
  word: 'segment',
  get about() {
    return t(
      'A shared memory segment is memory that several processes attach, so that each sees what the others write.',
    );
  },

  closed: false,

  label: sysvLabel,
  title: (object) => sysvTitle(object, words().one),
  order: byId,

  description(object, host) {
    const broken = brokenPart(object.locks);
    const marked = object.flags.includes('marked') ? [t('marked')] : [];
    return {
      steady: [...youPart(object), ...broken, size(object.bytes)],
      counters: [attachedPart(object), ...marked, ...ownerPart(object, host)],
      last: idPart(object),
      attention: broken.length > 0,
    };
  },

  facts(object, { process }) {
    const never = t('never');
    const { lastUse } = object;
    const names = attachedNames(object, process);
    const when = (at: number | null) => (at === null ? never : momentText(at));
    const state = [
      object.flags.includes('marked') ? t('marked: goes when the last process detaches') : '',
      object.flags.includes('locked') ? t('locked: kept out of swap') : '',
    ].filter(Boolean);
    return [
      ...sysvFacts(object, 'shm'),
      ...(state.length > 0 ? [[t('State'), state.join('; '), 'mode'] as const] : []),
      [t('Size'), exactSize(object.bytes), 'segsz'],
      [t('In memory'), exactSize(object.resident), 'rss'],
      [t('In swap'), exactSize(object.swapped), 'swap'],
      [t('Attachments'), grouped(object.attachments), 'nattch'],
      ...(names === undefined || object.attachments === 0 ? [] : [[t('Attached by'), names] as const]),
      [t('Created by'), exactPast(object.createdBy, process), 'cpid'],
      ...(lastUse ? [[t('Last attached or detached by'), exactPast(lastUse, process), 'lpid'] as const] : []),
      [t('Last attach'), when(object.attachedAt), 'atime'],
      [t('Last detach'), when(object.detachedAt), 'dtime'],
      ...lockFacts(object.locks, process),
      ...youFacts(object),
    ];
  },

  usage: (host, count) => withLimit(count, host.limits['sysv.shm']?.segments),

  groupFacts(host) {
    const limits = host.limits['sysv.shm'];
    const usage = host.usage['sysv.shm'];
    return [
      ...(usage
        ? [
            [t('Segments'), used(usage.segments, limits?.segments), 'shmmni'] as const,
            [t('Bytes in all'), exactSize(usage.bytes), 'shmall'] as const,
            [t('In memory'), exactSize(usage.resident)] as const,
            [t('In swap'), exactSize(usage.swapped)] as const,
          ]
        : []),
      ...(limits
        ? [
            [t('All segments together, at most'), exactSize(limits.bytes), 'shmall'] as const,
            [t('One segment, at most'), exactSize(limits.segmentBytes), 'shmmax'] as const,
          ]
        : []),
    ];
  },
};
