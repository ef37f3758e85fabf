/** Files whose bytes are sent or written. */
import * as vscode from 'vscode';
import { type Bytes, toBytes } from '../../protocol/bytes';
import { IpcFailure } from '../../protocol/errors';

/** Bytes beyond which a file is not even read: msgmax is far below on every machine. */
const MOST_FILE = 16 << 20;

/** The bytes of a file. `limit`: how many are taken. Throws IpcFailure where it is longer, or cannot be read. */
export async function readContentFile(uri: vscode.Uri, limit = MOST_FILE): Promise<Bytes> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > limit)
      throw new IpcFailure({ code: 'noFile', detail: { why: 'tooLong', bytes: size, limit } });
    return toBytes(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw error;
    throw new IpcFailure({ code: 'noFile', detail: { why: error.code, path: uri.path } });
  }
}
