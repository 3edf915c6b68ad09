import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { decodeResponse, IppDecodeError } from './decode.ts';
import { encodeRequest } from './encode.ts';
import type { IppAttribute, IppAttributes, IppResponse } from './message.ts';
import { GroupTag, Operation, Status, ValueTag } from './tags.ts';

/**
 * What went wrong between us and the printer.
 * - `unreachable`: no connection, or it broke; `timeout`: no answer within the deadline.
 * - `refused`: the printer answered with an error status (`statusCode`).
 * - `malformed`: the answer is no IPP.
 */
export type IppErrorCode = 'unreachable' | 'timeout' | 'refused' | 'malformed';

/** A failed IPP operation. */
export class IppError extends Error {
  override readonly name = 'IppError';
  readonly code: IppErrorCode;
  /** IPP status code when the printer refused (RFC 8011, appendix B). */
  readonly statusCode: number | undefined;
  /** Whether a connection stood, so that the printer may have acted on the request. */
  readonly connected: boolean;

  constructor(code: IppErrorCode, details: { statusCode?: number; connected: boolean; cause?: unknown }) {
    const status = details.statusCode === undefined ? '' : ` (status 0x${details.statusCode.toString(16).padStart(4, '0')})`;
    super(`the printer's answer: ${code}${status}`, { cause: details.cause });
    this.code = code;
    this.statusCode = details.statusCode;
    this.connected = details.connected;
  }
}

/** Limits of one operation: its deadline in milliseconds, and abort. */
export interface IppLimits {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The operations of RFC 8011 that printing one sheet needs. All throw {@link IppError}; the signal's reason on abort. */
export interface IppClient {
  getPrinterAttributes(names: readonly string[], limits: IppLimits): Promise<IppAttributes>;
  /** Sends a PDF with job attributes; returns the job's attributes, `job-id` among them (RFC 8011, 4.2.1). */
  printJob(
    pdf: Uint8Array,
    job: { jobName: string; attributes: readonly IppAttribute[] },
    limits: IppLimits,
  ): Promise<IppAttributes>;
  getJobAttributes(jobId: number, names: readonly string[], limits: IppLimits): Promise<IppAttributes>;
  getJobs(which: 'completed' | 'not-completed', names: readonly string[], limits: IppLimits): Promise<IppAttributes[]>;
  cancelJob(jobId: number, limits: IppLimits): Promise<void>;
}

/** Largest answer that is read, in bytes; a full list of printer attributes is some 30,000. */
const ANSWER_MAX = 1_000_000;

/** Port of ipp and ipps (RFC 8010, 4; RFC 7472). */
const IPP_PORT = 631;

/** requesting-user-name of all our jobs: the kiosk, never a person. */
const USER_NAME = 'kiosk';

/**
 * A client of one printer.
 * @param config.uri - `ipp:` or `ipps:` address of the printer.
 * @param config.certificateAuthority - PEM certificates trusted for `ipps:`; default: the system's.
 * @throws {TypeError} when the address is none.
 */
export function createIppClient(config: { readonly uri: string; readonly certificateAuthority?: string }): IppClient {
  const address = new URL(config.uri);
  if (address.protocol !== 'ipp:' && address.protocol !== 'ipps:') {
    throw new TypeError(`a printer's address begins with ipp: or ipps:, not ${address.protocol}`);
  }
  const printerUri: IppAttribute = { name: 'printer-uri', tag: ValueTag.uri, values: [config.uri] };
  let lastRequestId = 0;

  return {
    getPrinterAttributes: async (names, limits) =>
      firstGroup(await run(Operation.getPrinterAttributes, [printerUri, requested(names)], limits), GroupTag.printer),
    printJob: async (pdf, { jobName, attributes }, limits) => {
      const operation: IppAttribute[] = [
        printerUri,
        userName(),
        { name: 'job-name', tag: ValueTag.nameWithoutLanguage, values: [jobName] },
        { name: 'document-format', tag: ValueTag.mimeMediaType, values: ['application/pdf'] },
      ];
      return firstGroup(await run(Operation.printJob, operation, limits, { attributes, document: pdf }), GroupTag.job);
    },
    getJobAttributes: async (jobId, names, limits) =>
      firstGroup(
        await run(Operation.getJobAttributes, [printerUri, jobIdOf(jobId), requested(names)], limits),
        GroupTag.job,
      ),
    getJobs: async (which, names, limits) => {
      const whichJobs: IppAttribute = { name: 'which-jobs', tag: ValueTag.keyword, values: [which] };
      const response = await run(Operation.getJobs, [printerUri, whichJobs, requested(names)], limits);
      return response.groups.filter(({ tag }) => tag === GroupTag.job).map(({ attributes }) => new Map(attributes));
    },
    cancelJob: async (jobId, limits) => {
      await run(Operation.cancelJob, [printerUri, jobIdOf(jobId), userName()], limits);
    },
  };

  async function run(
    operation: number,
    attributes: readonly IppAttribute[],
    limits: IppLimits,
    job?: { attributes: readonly IppAttribute[]; document: Uint8Array },
  ): Promise<IppResponse> {
    lastRequestId += 1;
    const requestId = lastRequestId;
    // Charset and language come first, in this order (RFC 8011, 4.1.4).
    const operationAttributes: IppAttribute[] = [
      { name: 'attributes-charset', tag: ValueTag.charset, values: ['utf-8'] },
      { name: 'attributes-natural-language', tag: ValueTag.naturalLanguage, values: ['en'] },
      ...attributes,
    ];
    const groups = [{ tag: GroupTag.operation as number, attributes: operationAttributes as readonly IppAttribute[] }];
    if (job !== undefined) {
      groups.push({ tag: GroupTag.job, attributes: job.attributes });
    }
    const head = encodeRequest({ operation, requestId, groups });
    const response = await post(head, job?.document, limits);
    if (response.requestId !== requestId) {
      throw new IppError('malformed', { connected: true });
    }
    if (response.statusCode > Status.successMax) {
      throw new IppError('refused', { statusCode: response.statusCode, connected: true });
    }
    return response;
  }

  async function post(head: Uint8Array, document: Uint8Array | undefined, limits: IppLimits): Promise<IppResponse> {
    limits.signal?.throwIfAborted();
    const secure = address.protocol === 'ipps:';
    const deadline = AbortSignal.timeout(limits.deadlineMs);
    let connected = false;
    try {
      const request = (secure ? requestHttps : requestHttp)({
        host: address.hostname,
        port: address.port === '' ? IPP_PORT : Number(address.port),
        path: `${address.pathname}${address.search}`,
        method: 'POST',
        headers: { 'content-type': 'application/ipp', 'content-length': head.length + (document?.length ?? 0) },
        signal: limits.signal === undefined ? deadline : AbortSignal.any([deadline, limits.signal]),
        // A connection of its own for each operation: one that the printer has closed meanwhile would look like a failure.
        agent: false,
        ...(secure && config.certificateAuthority !== undefined ? { ca: config.certificateAuthority } : {}),
      });
      request.once('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', () => (connected = true)));
      request.write(head);
      request.end(document);
      const [answer] = await once(request, 'response');
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of answer) {
        chunks.push(chunk);
        length += chunk.length;
        if (length > ANSWER_MAX) {
          request.destroy();
          throw new IppError('malformed', { connected });
        }
      }
      if (answer.statusCode !== 200) {
        throw new IppError('malformed', { connected });
      }
      return decodeResponse(Buffer.concat(chunks));
    } catch (cause) {
      limits.signal?.throwIfAborted();
      if (cause instanceof IppError) {
        throw cause;
      }
      if (cause instanceof IppDecodeError) {
        throw new IppError('malformed', { connected, cause });
      }
      throw new IppError(deadline.aborted ? 'timeout' : 'unreachable', { connected, cause });
    }
  }
}

function requested(names: readonly string[]): IppAttribute {
  return { name: 'requested-attributes', tag: ValueTag.keyword, values: names };
}

function userName(): IppAttribute {
  return { name: 'requesting-user-name', tag: ValueTag.nameWithoutLanguage, values: [USER_NAME] };
}

function jobIdOf(jobId: number): IppAttribute {
  return { name: 'job-id', tag: ValueTag.integer, values: [jobId] };
}

function firstGroup(response: IppResponse, tag: number): IppAttributes {
  return response.groups.find((group) => group.tag === tag)?.attributes ?? new Map();
}
