/** Joins what was read of each process, again and again: the part of a process of which nothing was read anew stays the same JavaScript object. */
import { type PassKind, Remembered } from '../../unchanged';

interface Joined<Inputs, Part> {
  startTime: string;
  inputs: Inputs;
  part: Part;
}

/** Kept from one look to the next. */
export class JoinByProcess<Inputs extends readonly unknown[], Part> {
  private readonly joined = new Remembered<number, Joined<Inputs, Part>>();

  /** `make` joins one process; the inputs are compared by identity. */
  constructor(private readonly make: (pid: number, startTime: string, ...inputs: Inputs) => Part) {}

  /** A join of all: ask for the part `of` each process, then `end`. */
  begin(kind: PassKind): {
    of: (pid: number, startTime: string, ...inputs: Inputs) => Part;
    end: () => void;
  } {
    const pass = this.joined.begin(kind);
    return {
      of: (pid, startTime, ...inputs) => {
        const before = pass.before.get(pid);
        const same = before?.startTime === startTime && inputs.every((one, at) => one === before.inputs[at]);
        const now = same ? before : { startTime, inputs, part: this.make(pid, startTime, ...inputs) };
        return pass.keep(pid, now).part;
      },
      end: () => pass.end(),
    };
  }

  /** As of `Remembered`. */
  rest(): void {
    this.joined.rest();
  }
}
