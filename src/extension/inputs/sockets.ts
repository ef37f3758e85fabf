/** Where to talk to or listen: a path, an abstract name, a port of this machine. Of a socket that was pointed at nothing needs to be asked. */
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { encodeText, toBytes } from '../../protocol/bytes';
import { isProblem, parseContent } from '../../protocol/content';
import type { InetEnd } from '../../protocol/kinds/inet';
import type { SocketType } from '../../protocol/kinds/socket';
import { UNIX_NAME_MOST, type UnixTarget } from '../../protocol/kinds/unix';
import { type Asker, checked } from './asker';
import { parseNewPath, parseWhole } from './parse';
import { Wrong } from './steps';
import { t } from '../../presentation/translate';

const tooLong = () => t('A socket has at most 108 bytes of name (sun_path), and an abstract one 107.');

export const askSocketTarget: Asker = async (steps, { ability, object, prompt }): Promise<UnixTarget> => {
  const talks = ability === 'talk';
  if (object && talks) return { is: 'ref', ref: object.ref };
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
  const pathTarget = (text: string): UnixTarget | Wrong => {
    const path = parseNewPath(text, homedir(), folder);
    if (typeof path !== 'string')
      return new Wrong(t('This is no path of a file: a whole one begins with / or ~.'));
    // To connect, a long path is walked first; to be bound, it must fit.
    return !talks && encodeText(path).length > UNIX_NAME_MOST - 1
      ? new Wrong(tooLong())
      : { is: 'path', path };
  };
  const way = await steps.pick<'path' | 'abstract' | { target: UnixTarget }>(
    'way',
    {
      placeholder: prompt,
      typed: (text) => {
        const target = /^\s*[/~]/.test(text)
          ? pathTarget(text)
          : text.startsWith('@')
            ? abstractTarget(text)
            : undefined;
        return target === undefined || target instanceof Wrong
          ? undefined
          : { label: text.trim(), description: t('as you typed it'), value: { target } };
      },
      items: [
        {
          label: t('A Path...'),
          description: talks ? t('a socket file') : t('makes a socket file there'),
          value: 'path',
        },
        {
          label: t('An Abstract Name...'),
          description: t('no file; written as @name'),
          value: 'abstract',
        },
      ],
    },
    1,
  );
  if (typeof way === 'object') return way.target;
  if (way === 'path')
    return steps.input<UnixTarget>('path', {
      prompt: t('Path of the socket file, whole or from the folder of the workspace on'),
      parse: pathTarget,
    });
  return steps.input<UnixTarget>('abstract', {
    prompt: t('Abstract name, with the escapes \\n \\r \\t \\0 \\\\ \\xNN'),
    parse: abstractTarget,
  });
};

function abstractTarget(text: string): UnixTarget | Wrong {
  const name = parseContent(text.replace(/^@/, ''), 'text');
  if (isProblem(name)) return new Wrong(t('A backslash starts \\n \\r \\t \\0 \\\\ or \\xNN.'));
  if (name.length === 0) return new Wrong(t('A name is needed.'));
  return name.length < UNIX_NAME_MOST ? { is: 'abstract', name: toBytes(name) } : new Wrong(tooLong());
}

/** Who talks takes the type of whom they talk to. */
export const askSocketType: Asker = (steps, { ability, prompt }) =>
  ability === 'talk'
    ? Promise.resolve(undefined)
    : steps.pick<SocketType>('type', {
        placeholder: prompt,
        items: [
          { label: t('Stream'), description: t('a connection, bytes without borders'), value: 'stream' },
          { label: t('Datagram'), description: t('no connection, packets'), value: 'dgram' },
          { label: t('Seqpacket'), description: t('a connection, packets'), value: 'seqpacket' },
        ],
      });

export const askInetProtocol: Asker = (steps, { object, prompt }) =>
  object?.kind === 'inet'
    ? Promise.resolve(object.protocol)
    : steps.pick<'tcp' | 'udp'>('protocol', {
        placeholder: prompt,
        items: [
          { label: t('TCP'), description: t('a connection, bytes without borders'), value: 'tcp' },
          { label: t('UDP'), description: t('no connection, packets'), value: 'udp' },
        ],
      });

export const askLoopback: Asker = (steps, { object, prompt }) =>
  object?.kind === 'inet'
    ? Promise.resolve(loopbackOf(object.local))
    : steps.pick<'127.0.0.1' | '::1'>('address', {
        placeholder: prompt,
        items: [
          { label: '127.0.0.1', description: t('IPv4'), value: '127.0.0.1' },
          { label: '::1', description: t('IPv6'), value: '::1' },
        ],
      });

/** The loopback address by which a socket of this host is reached. A mapped address is one of IPv4. */
function loopbackOf({ address }: InetEnd): '127.0.0.1' | '::1' {
  return address.includes(':') && !address.startsWith('::ffff:') ? '::1' : '127.0.0.1';
}

export const askPort: Asker = (steps, { object, prompt, schema }) =>
  object?.kind === 'inet'
    ? Promise.resolve(object.local.port)
    : steps.input<number>('port', {
        prompt,
        parse: (text) => {
          const port = parseWhole(text);
          const wrong = t('A port is a whole number up to 65,535.');
          return typeof port === 'number' ? checked(schema, port, wrong) : new Wrong(wrong);
        },
      });

export const askEcho: Asker = (steps, { prompt }) =>
  steps.pick<boolean>('echo', {
    placeholder: prompt,
    items: [
      { label: t('By Hand'), description: t('you see what comes, and answer in the panel'), value: false },
      { label: t('As an Echo'), description: t('everything goes back to whoever sent it'), value: true },
    ],
  });
