/**
 * Descriptors by which a process watches something: epoll(7), timerfd_create(2), inotify(7), pidfd_open(2), io_uring(7). They are told also while nobody waits there. A signalfd stands among the signals of
 * its process.
 */
import * as v from 'valibot';
import { bytesSchema } from './bytes';
import { count, moment } from './numbers';
import { refSchema } from './ref';
import { DESCRIPTOR_TYPES } from './waits';

/** What one descriptor watches that is told one by one; of more only the number. */
export const WATCHED_THINGS_MOST = 64;

const fd = count;
/** How many more there are than are named; absent: none. */
const more = v.optional(count);

/** One file of an epoll. */
const target = v.object({
  /** The number under which it was added. */
  fd,
  /** EPOLLIN and so on (epoll_ctl(2)). */
  events: count,
  /** The object, where it stands in the snapshot. */
  ref: v.optional(refSchema),
  /** What it is of, where it is none of our objects. */
  type: v.optional(v.picklist(DESCRIPTOR_TYPES)),
  /** The number leads elsewhere by now, or nowhere: what was added under it is watched. */
  moved: v.optional(v.literal(true)),
});

/** One watch of an inotify, on a file or directory. */
const watch = v.object({
  wd: count,
  /** IN_MODIFY and so on (inotify(7)). */
  events: count,
  /** As the kernel itself calls the file, decimal text. `device`: major:minor. */
  inode: v.string(),
  device: v.string(),
  /** A path that leads there; bytes that are no UTF-8 stand as \xNN, and then `pathBytes` has all as they are. Absent: none is known. */
  path: v.optional(v.string()),
  pathBytes: v.optional(bytesSchema),
});

export const watcherSchema = v.variant('is', [
  v.object({ is: v.literal('epoll'), fd, targets: v.array(target), more }),
  v.object({
    is: v.literal('timerfd'),
    fd,
    /** CLOCK_MONOTONIC and so on (clock_gettime(2)). */
    clock: count,
    /** null: it is not armed. To a tenth of a second. */
    expires: v.nullable(moment),
    /** Milliseconds; 0: it expires once. */
    interval: v.number(),
  }),
  v.object({ is: v.literal('inotify'), fd, watches: v.array(watch), more }),
  /** null: it has ended and was collected; 0: it is outside our pid namespace. */
  v.object({ is: v.literal('pidfd'), fd, pid: v.nullable(count) }),
  v.object({
    is: v.literal('ioUring'),
    fd,
    /** Entries of its two rings. */
    submissions: count,
    completions: count,
    /** Registered files and buffers. */
    files: count,
    buffers: count,
  }),
]);
export type Watcher = v.InferOutput<typeof watcherSchema>;
/** One sort of it. */
export type WatcherOf<Is extends Watcher['is']> = Extract<Watcher, { is: Is }>;

/** What the inotify of all processes of a user that may be looked at come to, of what that user may have (inotify(7), /proc/sys/fs/inotify). */
export const inotifyUseSchema = v.object({
  instances: v.object({ use: count, limit: count }),
  watches: v.object({ use: count, limit: count }),
});

/** An epoll that watches an object. */
export const watchedSchema = v.object({
  pid: count,
  /** As of an endpoint. */
  startTime: v.string(),
  tid: v.optional(count),
  /** The epoll. */
  epoll: fd,
  /** Under which number it watches the object, and for what (epoll_ctl(2)). */
  fd,
  events: count,
});
export type Watched = v.InferOutput<typeof watchedSchema>;

/** Epolls that are named as watching one object. */
export const WATCHED_BY_MOST = 64;

/** What has `watchedBase` of facts.ts. */
export interface WatchedPart {
  watched?: Watched[] | undefined;
  watchedMore?: number | undefined;
}
