import { existsSync, rmSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PeerError } from './peer-error.ts';
import { findProgram } from './peer-process.ts';
import { pngToPpm } from './png-to-ppm.ts';

/** A real SANE with a document scanner whose glass is a file. */
export interface SaneScannerPeer extends AsyncDisposable {
  /** For the driver: its program, device and configuration. */
  readonly program: string;
  readonly device: string;
  readonly configDirectory: string;
  /** Lays a picture on the glass: `.ppm` (8 bits) or `.png`. @throws {PeerError} `unreadable`. */
  putSheet(file: string): Promise<void>;
  /** Takes it away; an empty glass answers NO_DOCS. */
  takeSheet(): void;
  hasSheet(): boolean;
  /** The next scans end with JAMMED, or COVER_OPEN, until it is cleared. */
  setFault(fault: 'jammed' | 'coveropen' | undefined): Promise<void>;
}

/**
 * scanimage in front of SANE's `pnm` backend. That backend knows an empty glass and a jam only by options of the command
 * line; a person knows them by looking. So this program, at the place of scanimage, looks at the directory and adds the
 * options; SANE answers for real.
 */
const PROGRAM = `#!/bin/sh
if [ -e "$DIRECTORY/fault" ]; then set -- "$@" --filename "$DIRECTORY/blank.ppm" "--status-$(cat "$DIRECTORY/fault")=yes"
elif [ -e "$DIRECTORY/sheet.ppm" ]; then set -- "$@" --filename "$DIRECTORY/sheet.ppm"
else set -- "$@" --filename "$DIRECTORY/blank.ppm" --status-nodocs=yes
fi
exec "$SCANIMAGE" "$@"
`;

/**
 * Prepares the backends `pnm` and `test` of SANE in a directory of their own; nothing is started. The device `test:0` is
 * there too, with A4 and with its delays and errors as options.
 *
 * @param options.directory - existing directory; the caller removes it.
 * @throws {PeerError} `program-missing`.
 */
export async function startSaneScanner(options: { directory: string; signal?: AbortSignal }): Promise<SaneScannerPeer> {
  const { directory } = options;
  const scanimage = findProgram('scanimage', 'sane-utils');
  const configDirectory = join(directory, 'sane.d');
  const sheet = join(directory, 'sheet.ppm');
  const fault = join(directory, 'fault');
  const program = join(directory, 'scanimage');
  await mkdir(configDirectory, { recursive: true });
  await writeFile(join(configDirectory, 'dll.conf'), 'test\npnm\n');
  await writeFile(join(configDirectory, 'test.conf'), await readTestConfiguration());
  await writeFile(join(directory, 'blank.ppm'), 'P6\n1 1\n255\n\xff\xff\xff', 'latin1');
  const words = `DIRECTORY=${quote(directory)}\nSCANIMAGE=${quote(scanimage)}\n`;
  await writeFile(program, PROGRAM.replace('#!/bin/sh\n', `#!/bin/sh\n${words}`));
  await chmod(program, 0o755);
  options.signal?.throwIfAborted();

  const takeSheet = (): void => rmSync(sheet, { force: true });
  return {
    program,
    device: 'pnm:0',
    configDirectory,
    putSheet: async (file) => {
      const draft = `${sheet}.new`;
      const start = (await readFile(file)).subarray(0, 8);
      if (start.toString('latin1', 0, 2) === 'P6') {
        await copyFile(file, draft);
      } else {
        await writeFile(draft, pngToPpm(await readFile(file)));
      }
      await rename(draft, sheet);
    },
    takeSheet,
    hasSheet: () => existsSync(sheet),
    setFault: async (name) => {
      if (name === undefined) {
        rmSync(fault, { force: true });
      } else {
        await writeFile(fault, name);
      }
    },
    // A sheet left on the glass may be somebody's document.
    [Symbol.asyncDispose]: async () => takeSheet(),
  };
}

/** The backend's own configuration, with a glass of A4 instead of 200 mm. */
async function readTestConfiguration(): Promise<string> {
  let configuration: string;
  try {
    configuration = await readFile('/etc/sane.d/test.conf', 'utf8');
  } catch (cause) {
    const message = 'SANE is not complete; its backends come with the Debian package libsane-common';
    throw new PeerError('program-missing', message, { cause });
  }
  return configuration
    .replace(/^geometry_max.*/m, 'geometry_max 297.0')
    .replace(/^br_x.*/m, 'br_x 210.0')
    .replace(/^br_y.*/m, 'br_y 297.0');
}

/** One word for sh(1). */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
