/**
 * The document scanner: a virtual device that speaks eSCL (Mopria eSCL Technical Specification 1.0) over loopback HTTP to
 * SANE's own `escl` backend. A driver needs nothing but SANE's configuration folder and the device name, where SANE's `pnm`
 * backend would want the picture's path and the state of the glass from the driver.
 *
 *   GET /eSCL/ScannerCapabilities, /eSCL/ScannerStatus
 *   POST /eSCL/ScanJobs ──▶ 201, the job's address (409 without a sheet: SANE_STATUS_NO_DOCS)
 *   GET .../NextDocument ──▶ JPEG of the asked region, resolution and colour; then 404, the job is over
 *   DELETE the job's address
 *
 * The sheet is rendered by pdftoppm as the asked scan. Parts of a page are asked for from its corner (`-x`, `-y`): SANE
 * 1.2.1 itself crashes on an offset (`-l`, `-t`), as it crops again what the scanner has cropped.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PeerError } from './peer-error.ts';
import { findProgram } from './peer-process.ts';

const run = promisify(execFile);

const RESOLUTIONS = [75, 100, 150, 200, 300, 600];

/** A4 in 1/300 inch, the unit of eSCL regions. */
const A4 = { width: 2480, height: 3508 };

const SETTINGS_BYTES_MAX = 16_384;
const RENDER_DEADLINE_MS = 20_000;

/** Jobs that were opened and never fetched are forgotten beyond this number, the oldest first. */
const OPEN_JOBS_MAX = 8;

/** A flatbed scanner on which a sheet lies or none. */
export interface EsclScannerPeer extends AsyncDisposable {
  /** Value of `SANE_CONFIG_DIR` for scanimage. */
  readonly configDirectory: string;
  /** SANE's name of the device (`scanimage -d`); no further option is needed. */
  readonly device: string;
  /** Path of the sheet that was put in, null while there is none. */
  readonly sheet: string | null;
  /**
   * Puts a sheet in, in place of the one that was there: the first page of a PDF file. The file is read now.
   * @throws {PeerError} `unreadable` when it is no PDF.
   */
  putSheet(path: string): Promise<void>;
  /** Takes the sheet away; scanning then ends with SANE_STATUS_NO_DOCS (scanimage: exit 7). */
  takeSheet(): Promise<void>;
}

interface ScanSettings {
  readonly dpi: number;
  readonly gray: boolean;
  /** Pixels at `dpi`. */
  readonly region: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/**
 * Starts a scanner without a sheet. Any number side by side.
 *
 * @param options.directory - existing directory of this scanner alone; the caller removes it.
 * @throws {PeerError} `program-missing`.
 */
export async function startEsclScanner(options: { directory: string }): Promise<EsclScannerPeer> {
  const configDirectory = join(options.directory, 'sane');
  const onGlass = join(options.directory, 'sheet.pdf');
  const pdftoppm = findProgram('pdftoppm', 'poppler-utils');
  const jobs = new Map<string, ScanSettings>();
  let jobCount = 0;
  let sheet: string | null = null;

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new PeerError('not-ready', 'no port on the loopback address was free');
  }
  const url = `http://127.0.0.1:${address.port}`;
  await mkdir(configDirectory, { recursive: true });
  await writeFile(join(configDirectory, 'dll.conf'), 'escl\n');
  await writeFile(join(configDirectory, 'escl.conf'), `device ${url} "Virtual scanner"\n`);

  return {
    configDirectory,
    device: `escl:${url}`,
    get sheet() {
      return sheet;
    },
    putSheet: async (path) => {
      if (!(await isPdf(path))) throw new PeerError('unreadable', 'only the first page of a PDF can be put in the scanner');
      await copyFile(path, onGlass);
      sheet = path;
    },
    takeSheet: async () => {
      sheet = null;
      await rm(onGlass, { force: true });
    },
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const where = `${request.method} ${request.url}`;
    const [, jobId, next] = /^\/eSCL\/ScanJobs\/(\d+)(\/NextDocument)?$/.exec(request.url ?? '') ?? [];
    if (where === 'GET /eSCL/ScannerCapabilities') return sendXml(response, CAPABILITIES);
    if (where === 'GET /eSCL/ScannerStatus') return sendXml(response, STATUS);
    if (where === 'POST /eSCL/ScanJobs') return openJob(await readBody(request), response);
    if (jobId !== undefined && request.method === 'DELETE') return void response.writeHead(jobs.delete(jobId) ? 200 : 404).end();
    if (jobId !== undefined && next !== undefined && request.method === 'GET') return sendPage(jobId, request, response);
    response.writeHead(404).end();
  }

  function openJob(body: string | undefined, response: ServerResponse): void {
    const settings = body === undefined ? undefined : readSettings(body);
    if (settings === undefined) return void response.writeHead(400).end();
    if (sheet === null) return void response.writeHead(409).end();
    const id = String((jobCount += 1));
    jobs.set(id, settings);
    for (const old of [...jobs.keys()].slice(0, -OPEN_JOBS_MAX)) jobs.delete(old);
    // SANE's client knows the header only in this spelling.
    response.writeHead(201, { Location: `${url}/eSCL/ScanJobs/${id}` }).end();
  }

  async function sendPage(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const settings = jobs.get(id);
    // One page lies on the glass: the second question ends the job (404 in eSCL).
    jobs.delete(id);
    if (settings === undefined) return void response.writeHead(404).end();
    if (sheet === null) return void response.writeHead(409).end();
    const gone = new AbortController();
    request.once('close', () => gone.abort());
    const { x, y, width, height } = settings.region;
    const { stdout } = await run(
      pdftoppm,
      [
        ...['-jpeg', ...(settings.gray ? ['-gray'] : []), '-r', String(settings.dpi), '-f', '1', '-l', '1'],
        ...['-x', String(x), '-y', String(y), '-W', String(width), '-H', String(height), onGlass],
      ],
      { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024, timeout: RENDER_DEADLINE_MS, killSignal: 'SIGKILL', signal: gone.signal },
    );
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': stdout.length }).end(stdout);
  }
}

const NAMESPACES =
  'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"';

const STATUS = `<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerStatus ${NAMESPACES}><pwg:Version>2.63</pwg:Version><pwg:State>Idle</pwg:State></scan:ScannerStatus>`;

const CAPABILITIES = `<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerCapabilities ${NAMESPACES}>
  <pwg:Version>2.63</pwg:Version>
  <pwg:MakeAndModel>Videosportello virtual scanner</pwg:MakeAndModel>
  <scan:Platen><scan:PlatenInputCaps>
    <scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>${A4.width}</scan:MaxWidth>
    <scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>${A4.height}</scan:MaxHeight>
    <scan:MaxScanRegions>1</scan:MaxScanRegions>
    <scan:SettingProfiles><scan:SettingProfile>
      <scan:ColorModes><scan:ColorMode>RGB24</scan:ColorMode><scan:ColorMode>Grayscale8</scan:ColorMode></scan:ColorModes>
      <scan:DocumentFormats>
        <pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat><scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt>
      </scan:DocumentFormats>
      <scan:SupportedResolutions><scan:DiscreteResolutions>${RESOLUTIONS.map(
        (dpi) =>
          `<scan:DiscreteResolution><scan:XResolution>${dpi}</scan:XResolution><scan:YResolution>${dpi}</scan:YResolution></scan:DiscreteResolution>`,
      ).join('')}</scan:DiscreteResolutions></scan:SupportedResolutions>
    </scan:SettingProfile></scan:SettingProfiles>
  </scan:PlatenInputCaps></scan:Platen>
</scan:ScannerCapabilities>`;

function sendXml(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) }).end(body);
}

/** The body as text, undefined when it is larger than settings ever are. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > SETTINGS_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads eSCL ScanSettings; undefined when the scanner does not offer them. */
function readSettings(xml: string): ScanSettings | undefined {
  const value = (name: string): string | undefined => new RegExp(`<(?:\\w+:)?${name}>([^<]*)<`).exec(xml)?.[1];
  const whole = (name: string): number => Number(/^\d{1,5}$/.exec(value(name) ?? '')?.[0] ?? NaN);
  const dpi = whole('XResolution');
  const mode = value('ColorMode');
  const [x, y, width, height] = [whole('XOffset'), whole('YOffset'), whole('Width'), whole('Height')];
  const onGlass = x + width <= A4.width && y + height <= A4.height && width > 0 && height > 0;
  if (!RESOLUTIONS.includes(dpi) || !onGlass || (mode !== 'RGB24' && mode !== 'Grayscale8')) return undefined;
  const pixels = (units: number): number => Math.round((units * dpi) / 300);
  const region = { x: pixels(x), y: pixels(y), width: pixels(width), height: pixels(height) };
  return { dpi, gray: mode === 'Grayscale8', region };
}

async function isPdf(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(5), 0, 5, 0);
  return buffer.toString('latin1') === '%PDF-';
}
