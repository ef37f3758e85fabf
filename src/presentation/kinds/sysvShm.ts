/** How System V shared memory segments are shown. */
import { amount } from '../facts';
import type { ObjectOf } from '../../protocol/kinds';
import { absenceOfHolders } from '../absence';
import { nobodyText } from '../nobody';
import { pastPieces } from '../pieces';
import { pastValue } from '../processes';
import { bytesText, exactSize, type Find, grouped, size, sizeOf } from '../values';
import type { Figure, KindPresentation, State } from './kindView';
import { ownerPart } from './owner';
import { youFacts, youPart } from '../ownActs';
import { brokenPart, lockFacts } from './futexes';
import { attachedNames, attachedPart, attachedProcesses, attachmentsText } from './segmentUsers';
import { stateFact } from './states';
import { byId, idPart, sysvCopies, sysvFacts, sysvLabel, sysvTitle, used, whenText, withLimit } from './sysv';
import { around, t } from '../translate';

type Segment = ObjectOf<'sysv.shm'>;

const labels = () => ({
  one: t('segment'),
  many: t('segments'),
  group: t('System V shared memory'),
  whole: t('System V segment'),
  verb: t('Destroy Segment'),
  create: t('Create System V Segment'),
});

export const sysvShm: KindPresentation<'sysv.shm'> = {
  kind: 'sysv.shm',
  get labels() {
    return labels();
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
  title: (object) => sysvTitle(object, labels().one),
  sort: ({ id }) => t('System V segment #{0}', id),
  order: byId,

  row(object, host) {
    const broken = brokenPart(object.locks);
    const marked = object.flags.includes('marked') ? [t('marked')] : [];
    return {
      steady: [...youPart(object), ...broken, size(object.bytes)],
      counters: [attachedPart(object), ...marked],
      owner: ownerPart(object, host),
      last: idPart(object),
      attention: broken.length > 0,
    };
  },

  states,

  facts: [
    ...sysvFacts('shm'),
    stateFact(states, 'mode'),
    {
      key: 'bytes',
      label: () => t('Size'),
      kernelName: 'segsz',
      value: ({ bytes }) => exactSize(bytes),
      ...amount('bytes', ({ bytes }) => bytes),
    },
    {
      key: 'resident',
      label: () => t('In memory'),
      kernelName: 'rss',
      value: ({ resident }) => exactSize(resident),
      ...amount('bytes', ({ resident }) => resident),
    },
    {
      key: 'swapped',
      label: () => t('In swap'),
      kernelName: 'swap',
      value: ({ swapped }) => exactSize(swapped),
      ...amount('bytes', ({ swapped }) => swapped),
    },
    {
      key: 'attachments',
      label: () => t('Attachments'),
      kernelName: 'nattch',
      value: ({ attachments }) => grouped(attachments),
      ...amount('count', ({ attachments }) => attachments),
    },
    {
      key: 'holders',
      label: () => t('Attached by'),
      value: (object, { process, hidden = 'unknown' }) => {
        // What was not looked at would all be called unseen.
        const looked = object.attachments > 0 && object.endpoints !== undefined;
        const names = looked ? attachedNames(object, process) : undefined;
        return names ?? nobodyText(absenceOfHolders(object, hidden));
      },
    },
    {
      key: 'createdBy',
      label: () => t('Created by'),
      kernelName: 'cpid',
      value: ({ createdBy }, { process }) => pastValue(createdBy, process),
    },
    {
      key: 'lastUse',
      label: () => t('Last attached or detached by'),
      kernelName: 'lpid',
      value: ({ lastUse }, { process }) => pastValue(lastUse, process),
    },
    {
      key: 'attachedAt',
      label: () => t('Last attach'),
      kernelName: 'atime',
      value: ({ attachedAt }) => whenText(attachedAt),
      ...amount('moment', ({ attachedAt }) => attachedAt),
    },
    {
      key: 'detachedAt',
      label: () => t('Last detach'),
      kernelName: 'dtime',
      value: ({ detachedAt }) => whenText(detachedAt),
      ...amount('moment', ({ detachedAt }) => detachedAt),
    },
    lockFacts,
    youFacts,
  ],

  figures,

  inline: ['open'],
  copies: sysvCopies('-m'),

  usage: (host, count) => withLimit(count, host.limits['sysv.shm']?.segments),

  groupFacts(host) {
    const limits = host.limits['sysv.shm'];
    const usage = host.usage['sysv.shm'];
    return [
      ...(usage
        ? [
            { label: t('Segments'), text: used(usage.segments, limits?.segments), kernelName: 'shmmni' },
            { label: t('Bytes in all'), text: exactSize(usage.bytes), kernelName: 'shmall' },
            { label: t('In memory'), text: exactSize(usage.resident) },
            { label: t('In swap'), text: exactSize(usage.swapped) },
          ]
        : []),
      ...(limits
        ? [
            {
              label: t('All segments together, at most'),
              text: exactSize(limits.bytes),
              kernelName: 'shmall',
            },
            { label: t('One segment, at most'), text: exactSize(limits.segmentBytes), kernelName: 'shmmax' },
          ]
        : []),
    ];
  },
};

function states({ flags }: Segment): State[] {
  return [
    ...(flags.includes('marked')
      ? [
          {
            ...{ key: 'marked', icon: 'warning', warns: true },
            text: t('marked: destroyed, and it goes when the last process detaches'),
          },
        ]
      : []),
    ...(flags.includes('locked')
      ? [{ key: 'locked', icon: 'lock', text: t('locked: its pages are kept out of swap') }]
      : []),
  ];
}

/** Size, who has it attached, what of it is in memory, and who used it last. */
function figures(object: Segment, { process }: { process: Find }): Figure<Segment>[] {
  const { bytes, attachments, resident, flags } = object;
  const words: Readonly<Record<string, string>> = { marked: t('marked'), locked: t('locked') };
  return [
    { key: 'bytes', look: 'value', says: [size(bytes)], detail: bytesText(bytes) },
    {
      key: 'attachments',
      look: 'value',
      says: [attachmentsText(attachments)],
      chart: { label: t('Attachments, since this panel was opened'), of: (sample) => sample.attachments },
    },
    { key: 'holders', says: [attachedProcesses(object)] },
    {
      key: 'resident',
      look: 'value',
      says: [t('{0} in memory', sizeOf(resident, bytes))],
      detail: bytesText(resident),
      chart: {
        label: t('Bytes in memory, since this panel was opened'),
        top: Number(bytes),
        of: (sample) => Number(sample.resident),
      },
    },
    ...flags.flatMap((flag) =>
      Object.hasOwn(words, flag) ? [{ key: flag, look: 'flag' as const, says: [words[flag] ?? flag] }] : [],
    ),
    { key: 'lastUse', says: around('last used {0}', pastPieces(object.lastUse, process)).flat() },
  ];
}
