import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { meaningOfPcscCode, NOT_TRANSACTED } from './pcsc-code.ts';
import { bindingMessage } from './pcsc-messages.ts';
import type { BindingCommand, BindingMessage } from './pcsc-messages.ts';
import { ReaderError } from './reader-error.ts';
import type { ReaderErrorCode } from './reader-error.ts';

const PROCESS = fileURLToPath(new URL('./pcsc-binding-process.ts', import.meta.url));

/** A message of the binding that answers a command. */
export type BindingAnswer = Extract<BindingMessage, { id: number }>;

/** A message of the binding that answers nothing: readers, their states, and the end of the service. */
export type BindingNotice = Exclude<BindingMessage, BindingAnswer>;

/** A command before it has its number. */
export type BindingRequest = BindingCommand extends infer Command
  ? Command extends { id: number }
    ? Omit<Command, 'id'>
    : never
  : never;

/** A failed command, with the PC/SC return value where the meaning is not enough. */
export class BindingFailure extends ReaderError {
  /** True when the daemon could not pass the command on: the card may just have left. */
  readonly notTransacted: boolean;

  constructor(code: ReaderErrorCode, notTransacted = false) {
    super(code);
    this.notTransacted = notTransacted;
  }
}

/** One life of the process that holds the PC/SC binding. */
export interface PcscBinding extends AsyncDisposable {
  readonly pid: number | undefined;
  /** Number of commands not answered yet. */
  pending(): number;
  /**
   * Sends a command and waits for its answer.
   * @throws {BindingFailure} what PC/SC answered; `timeout` after the deadline, `reset` after an abort: in both cases the
   *   process is killed, because the binding cannot let go of a silent card; `no-service` or `comm` when it died.
   */
  ask(request: BindingRequest, options: { deadlineMs: number; signal?: AbortSignal }): Promise<BindingAnswer>;
  /** Kills the process; resolves when it is gone. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Why a binding's process is gone: it said that the service is missing, or that the addon does not load; we killed it
 * over a silent card; or it died by itself.
 */
export type BindingEnd = 'no-service' | 'no-binding' | 'killed' | 'died';

/** What commands still under way fail with at each end. */
const FAILURE_AT_END: Readonly<Record<BindingEnd, ReaderErrorCode>> = {
  'no-service': 'no-service',
  'no-binding': 'no-service',
  killed: 'reset',
  died: 'comm',
};

/** Starts the process of the binding. `onEnd` is called exactly once. */
export function startPcscBinding(
  config: { readonly socketName?: string | undefined },
  deps: {
    onNotice(notice: BindingNotice): void;
    onEnd(reason: BindingEnd): void;
  },
): PcscBinding {
  const child = fork(PROCESS, [], {
    // Only what libpcsclite reads; and no inherited flags, which could name a debugger's port twice.
    env: config.socketName === undefined ? {} : { PCSCLITE_CSOCK_NAME: config.socketName },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const waiting = new Map<number, PromiseWithResolvers<BindingAnswer>>();
  let lastId = 0;
  let reason: BindingEnd = 'died';
  let ended = false;

  child.on('message', (received: unknown) => {
    const message = bindingMessage.parse(received);
    if ('id' in message) {
      waiting.get(message.id)?.resolve(message);
      return;
    }
    if (message.type === 'no-service' || message.type === 'no-binding') {
      reason = message.type;
    }
    deps.onNotice(message);
  });
  child.once('error', end);
  child.once('exit', end);

  return {
    pid: child.pid,
    pending: () => waiting.size,
    ask,
    stop,
    [Symbol.asyncDispose]: stop,
  };

  function end(): void {
    if (ended) {
      return;
    }
    ended = true;
    for (const { reject } of waiting.values()) {
      reject(new BindingFailure(FAILURE_AT_END[reason]));
    }
    deps.onEnd(reason);
  }

  async function ask(
    request: BindingRequest,
    { deadlineMs, signal }: { deadlineMs: number; signal?: AbortSignal },
  ): Promise<BindingAnswer> {
    signal?.throwIfAborted();
    if (ended || !child.connected) {
      throw new BindingFailure('no-service');
    }
    const id = (lastId += 1);
    const answer = Promise.withResolvers<BindingAnswer>();
    waiting.set(id, answer);
    const giveUp = (failure: unknown): void => {
      answer.reject(failure);
      reason = 'killed';
      child.kill('SIGKILL');
    };
    const abort = (): void => giveUp(signal?.reason);
    const timer = setTimeout(() => giveUp(new BindingFailure('timeout')), deadlineMs);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      child.send({ ...request, id } satisfies BindingCommand, (error) => {
        if (error !== null) {
          answer.reject(new BindingFailure('no-service'));
        }
      });
      const message = await answer.promise;
      if (message.type === 'failed') {
        throw new BindingFailure(meaningOfPcscCode(message.pcscCode), message.pcscCode === NOT_TRANSACTED);
      }
      return message;
    } finally {
      waiting.delete(id);
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  async function stop(): Promise<void> {
    if (ended) {
      return;
    }
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
