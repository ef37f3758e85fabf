import { expect, test } from 'vitest';
import { parseEpoll } from '../../src/native/proc/epoll';

const TEXT = `pos:\t0
flags:\t02000002
mnt_id:\t17
ino:\t1038
tfd:        6 events:       1f data:     7f6a00000006  pos:0 ino:20c03d sdev:fe00000
tfd:        3 events:       19 data:                3  pos:0 ino:acab7e sdev:f
`;

test('what an epoll watches stands in its fdinfo, with the file that was added', () => {
  expect(parseEpoll(TEXT, 10)).toEqual({
    entries: [
      // makedev(254, 0)
      { fd: 6, events: 0x1f, file: { inode: String(0x20c03d), device: '65024' } },
      { fd: 3, events: 0x19, file: { inode: String(0xacab7e), device: '15' } },
    ],
    rest: 0,
  });
});

test('beyond the bound entries are counted', () => {
  expect(parseEpoll(TEXT, 1)).toMatchObject({ entries: [{ fd: 6 }], rest: 1 });
});

test('an old kernel tells the numbers alone', () => {
  const old = 'tfd:        3 events:       19 data:                3\n';
  expect(parseEpoll(old, 10)).toEqual({ entries: [{ fd: 3, events: 0x19 }], rest: 0 });
});
