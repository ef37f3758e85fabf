/** The helper as a server: JSON-RPC on stdin and stdout, for one caller, until stdin closes. */
import * as v from 'valibot';
import {
  type CancellationToken,
  createMessageConnection,
  ParameterStructures,
  RequestType,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { type Call, type CallParameters, type CallResult, calls } from '../protocol/calls';
import { asFailure, FAILURE, IpcFailure } from '../protocol/errors';
import type { Ref } from '../protocol/ref';
import { act } from './act';
import { type Cancellation, ChangeFeed } from './changes';
import { Census } from './census/census';
import type { ProcessTable } from './census/processes/processes';
import { WalkerThread } from './census/descriptors/walkerThread';
import { whyOf } from '../diagnosis/why';
import { Diagnosing } from './diagnosing';
import { prepare } from './libc/load';
import { takeLimits } from './limits';
import { makeMechanisms } from './mechanisms';
import { namedBy } from './named';
import { besideProgram } from './programs';
import { takeSnapshot } from './snapshot';
import { Waits } from './waiting/waits';
import { slicedEncoder } from './wire';

type Handlers = {
  [C in Call]: (parameters: CallParameters<C>, cancellation: Cancellation) => Promise<CallResult<C>>;
};

/** Serves until stdin closes. `version` is the extension's. Resolves when there is nobody left to serve. */
export async function serve(version: string): Promise<void> {
  const connection = createMessageConnection(
    new StreamMessageReader(process.stdin),
    new StreamMessageWriter(process.stdout, { contentTypeEncoder: slicedEncoder }),
  );
  const waits = new Waits();
  const { handlers, end } = makeHandlers(version, waits);
  for (const call of Object.keys(calls) as Call[]) {
    const type = new RequestType<unknown, unknown, unknown>(call, ParameterStructures.byName);
    connection.onRequest(type, async (parameters, cancellation: CancellationToken) => {
      try {
        const checked = v.safeParse(calls[call].parameters, parameters ?? {});
        if (!checked.success) throw new IpcFailure({ code: 'invalid', text: checked.issues[0].message });
        return await (handlers[call] as (p: unknown, c: Cancellation) => Promise<unknown>)(
          checked.output,
          cancellation,
        );
      } catch (error) {
        const failure = asFailure(error);
        if (failure.code === 'internal') console.error(failure.text);
        return new ResponseError(FAILURE, failure.code, failure);
      }
    });
  }
  connection.onError(([error]) => console.error('connection:', error.message));
  const ended = new Promise<void>((resolve) => {
    connection.onClose(resolve);
    // A reader that died shows as EPIPE here; nobody is left to be told.
    process.stdout.on('error', () => resolve());
    // Log-out and Ctrl+C reach the whole group: then too nothing that was taken may be lost.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, () => resolve());
  });
  connection.listen();
  await ended;
  end();
  await waits.endAll();
}

/** `end`: the caller is gone. */
function makeHandlers(version: string, waits: Waits): { handlers: Handlers; end: () => void } {
  let census: Census | undefined;
  let feed: ChangeFeed | undefined;
  const own = (ref: Ref, processes: ProcessTable) => waits.endpointsOf(ref, processes);
  // The native part is loaded on the first need, so that `hello` can say why it would not load.
  const theCensus = async () => {
    await prepare();
    return (census ??= new Census(makeMechanisms(), {
      own,
      second: new WalkerThread(besideProgram()),
    }));
  };
  // A census of its own: its looks are wider and rarer, and neither may take what the other read for its own last look.
  let diagnosing: Diagnosing | undefined;
  const theDiagnosing = () => (diagnosing ??= new Diagnosing(() => new Census(makeMechanisms(), { own })));
  const handlers: Handlers = {
    hello: async () => {
      try {
        return { version, pid: process.pid, bootId: (await theCensus()).bootId };
      } catch (error) {
        return { version, pid: process.pid, problem: error instanceof Error ? error.message : String(error) };
      }
    },
    changes: async (asked, cancellation) => {
      const here = await theCensus();
      if (!feed) {
        feed = new ChangeFeed(here);
        feed.diagnoseWith(theDiagnosing());
      }
      return feed.changes(asked, cancellation);
    },
    snapshot: async (asked) => takeSnapshot(await theCensus(), asked),
    act: async ({ kind, ability, parameters }, cancellation) => {
      const here = await theCensus();
      return await act(here, kind, ability, parameters, {
        cancelled: () => cancellation.isCancellationRequested,
        wait: (errand) => {
          // A token that was cancelled before we got it never fires.
          if (cancellation.isCancellationRequested) throw new IpcFailure({ code: 'cancelled' });
          return waits.start(errand, (end) => cancellation.onCancellationRequested(end));
        },
      });
    },
    why: async ({ subject, after, fresh = after === undefined }, cancellation) => {
      await theCensus();
      if (cancellation.isCancellationRequested) throw new IpcFailure({ code: 'cancelled' });
      const { look, step } = await theDiagnosing().stepAfter(subject, after ?? Date.now(), fresh, (stop) =>
        cancellation.onCancellationRequested(stop),
      );
      const told = whyOf(subject, step);
      return {
        seenAt: look.endedAt,
        host: look.host,
        ...told,
        ...namedBy(look, [subject, told]),
        blind: [...look.blind],
      };
    },
    limits: async (_asked, cancellation) => {
      const answer = await takeLimits(await theCensus(), () => cancellation.isCancellationRequested);
      if (!answer) throw new IpcFailure({ code: 'cancelled' });
      return answer;
    },
    session: async ({ act: number, after }, cancellation) => {
      if (cancellation.isCancellationRequested) throw new IpcFailure({ code: 'cancelled' });
      return await waits.session(number, after, (end) => cancellation.onCancellationRequested(end));
    },
    tell: async ({ act: number, order }) => {
      await waits.tell(number, order);
      return {};
    },
    endAct: ({ act: number }) => {
      waits.end(number);
      return Promise.resolve({});
    },
  };
  return { handlers, end: () => census?.end() };
}
