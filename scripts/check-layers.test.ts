import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';

const program = path.join(import.meta.dirname, 'check-layers.mjs');

/** A project with nothing wrong: each import here is one that the rules allow. */
const soundProject: Record<string, string> = {
  'protocol/src/ids.ts': "import { z } from 'zod';\nexport const id = z.string();\n",
  'identity/primitives/mac.ts': "import { createHmac } from 'node:crypto';\nexport const mac = createHmac;\n",
  'identity/src/verdict/answers.ts': "import type { KeyObject } from 'node:crypto';\nimport '../mrz.ts';\nexport type Key = KeyObject;\n",
  'identity/src/verdict/answers.test.ts': "import 'node:fs';\nimport 'chai';\nimport '../../test/vectors.ts';\n",
  'queue-service/src/queue.ts': "import { id } from '@videosportello/protocol/ids.ts';\nexport const queue = id;\n",
  'queue-service/src/main.ts': "import { queue } from './queue.ts';\nvoid queue;\n",
  'queue-service/client/socket.ts': "export { id } from '@videosportello/protocol/ids.ts';\n",
  'certificates/src/render/page.ts': "import PDFDocument from 'pdfkit';\nexport const page = PDFDocument;\n",
  'certificates/src/evidence.ts': "export * from '@videosportello/identity/dialogue.ts';\n",
  'certificates/src/queue-events.test.ts': "import '@videosportello/queue-service/testing/node.ts';\n",
  'device-drivers/virtual/cie/card.ts': "export * from '@videosportello/identity/primitives/mac.ts';\n",
  'kiosk-client/src/app.ts': "import { id } from '@videosportello/queue-service/client/socket.ts';\nvoid id;\n",
  'kiosk-client/vite.config.ts': "export { default } from '@videosportello/web-parts/vite.ts';\n",
  'web-parts/vite.ts': "import 'vite';\nexport default {};\n",
  'deploy/town.ts': "import '@videosportello/device-drivers/virtual/cie/card.ts';\nexport const town = 'src/main.ts';\n",
  'e2e/visit.ts': "import { town } from '../deploy/town.ts';\nimport '../queue-service/client/socket.ts';\nvoid town;\n",
  'scripts/setup.mjs': "import '../sfu-server/worker-build/build.mjs';\n",
  'sfu-server/node_modules/other/index.ts': "import '../../../queue-service/src/main.ts';\n",
};

/** One wrong file each: its name, what is in it, the line with the import, and words of the rule that must be named. */
const wrongFiles: [file: string, text: string, line: number, rule: string][] = [
  ['protocol/src/a.ts', "import '@videosportello/queue-service/client/x.ts';", 1, 'a library (protocol, identity, web-parts) imports'],
  ['protocol/src/b.ts', "import type { X } from '@videosportello/identity/x.ts';", 1, 'a library (protocol, identity, web-parts) imports'],
  ['identity/src/a.ts', "import '@videosportello/protocol/ids.ts';", 1, 'a library (protocol, identity, web-parts) imports'],
  ['identity/src/b.ts', "export * from '../../protocol/src/ids.ts';", 1, 'a library (protocol, identity, web-parts) imports'],
  ['queue-service/src/a.ts', "import '../../protocol/src/ids.ts';", 1, 'a relative import stays within its workspace'],
  ['queue-service/src/b.ts', "\n\nimport '../../sfu-server/client/x.ts';", 3, 'a relative import stays within its workspace'],
  ['certificates/src/c.ts', "import '../../node_modules/zod/index.js';", 1, 'a relative import stays within its workspace'],
  ['deploy/d.ts', "import '../queue-service/src/queue.ts';", 1, 'a relative import stays within its workspace'],
  ['e2e/e.ts', "import '../sfu-server/worker-build/build.mjs';", 1, 'a relative import stays within its workspace'],
  ['sfu-server/src/a.ts', "import '@videosportello/queue-service/src/queue.ts';", 1, 'only through its client/'],
  ['sfu-server/src/b.ts', "import '@videosportello/queue-service';", 1, 'only through its client/'],
  ['sfu-server/src/c.ts', "const q = await import('@videosportello/queue-service/src/queue.ts');", 1, 'only through its client/'],
  ['sfu-server/src/d.ts', 'const q = import(`@videosportello/queue-service/lua/x.ts`);', 1, 'only through its client/'],
  ['sfu-server/src/e.ts', "type Q = import('@videosportello/queue-service/src/queue.ts').Q;", 1, 'only through its client/'],
  ['sfu-server/src/f.ts', "export { q } from '@videosportello/queue-service/src/queue.ts';", 1, 'only through its client/'],
  ['sfu-server/src/g.ts', "import '@videosportello/queue-service/testing/node.ts';", 1, 'only through its client/'],
  ['certificates/src/d.ts', "import '@videosportello/device-drivers/virtual/cie/card.ts';", 1, 'only through its client/'],
  ['bench/a.ts', "import '@videosportello/certificates/src/evidence.ts';", 1, 'only through its client/'],
  ['queue-service/src/c.ts', "import '@videosportello/identity/dialogue.ts';", 1, 'imported only by certificates and device-drivers'],
  ['web-parts/src/a.ts', "import '@videosportello/protocol/ids.ts';", 1, 'a library (protocol, identity, web-parts) imports'],
  ['queue-service/src/f.ts', "import '@videosportello/web-parts/vite.ts';", 1, 'imported only by kiosk-client and operator'],
  ['certificates/src/w.ts', "import '@videosportello/web-parts/vite.ts';", 1, 'imported only by kiosk-client and operator'],
  ['device-drivers/virtual/cie/a.ts', "import '@videosportello/identity/pace.ts';", 1, 'imports nothing of identity but'],
  ['device-drivers/virtual/cie/b.ts', "import '@videosportello/identity/primitives-not.ts';", 1, 'imports nothing of identity but'],
  ['identity/src/c.ts', "import { readFile } from 'node:fs/promises';", 1, 'identity/src/ imports its own files and node:crypto'],
  ['identity/src/d.ts', "import { connect } from 'node:net';", 1, 'identity/src/ imports its own files and node:crypto'],
  ['identity/src/e.ts', "import crypto from 'crypto';", 1, 'identity/src/ imports its own files and node:crypto'],
  ['identity/src/f.ts', "const { WebSocket } = await import('ws');", 1, 'identity/src/ imports its own files and node:crypto'],
  ['identity/src/g.ts', "import { z } from 'zod';", 1, 'identity/src/ imports its own files and node:crypto'],
  ['identity/src/h.ts', "type Socket = import('node:tls').TLSSocket;", 1, 'identity/src/ imports its own files and node:crypto'],
  ['identity/src/verdict/i.ts', "import '../../test/vectors.ts';", 1, 'identity/src/ imports its own files and node:crypto'],
  ['kiosk-client/src/a.ts', "import '@videosportello/certificates/client/x.ts';", 1, 'kiosk-client imports nothing of certificates'],
  ['certificates/src/e.ts', "import PDFDocument from 'pdfkit';", 1, 'only certificates/src/render/ imports pdfkit'],
  ['certificates/src/rendering.ts', "import 'pdfkit/js/pdfkit.js';", 1, 'only certificates/src/render/ imports pdfkit'],
  ['queue-service/src/d.test.ts', "import { main } from './main.ts';", 1, 'src/main.ts is started as a process'],
  ['bench/b.ts', "import '../sfu-server/src/main.ts';", 1, 'src/main.ts is started as a process'],
  ['queue-service/src/e.ts', "import { from './queue.ts';", 1, 'this file cannot be read'],
];

describe('the check of layers', () => {
  let project: string;

  beforeEach(async () => {
    project = await mkdtemp(path.join(os.tmpdir(), 'layers-'));
  });

  afterEach(async () => {
    await rm(project, { recursive: true });
  });

  it('passes a project whose imports all go through the doors', async () => {
    await write(soundProject);
    expect(await check()).to.deep.equal({ status: 0, lines: ['  17 files, no wrong import'] });
  });

  it('does not pass a folder in which it finds nothing to check', async () => {
    expect(await check()).to.have.property('status', 1);
  });

  for (const [file, text, line, rule] of wrongFiles) {
    it(`names the file and the rule for ${text.trim()} in ${file}`, async () => {
      await write({ ...soundProject, [file]: `${text}\n` });
      const { status, lines } = await check();
      expect(status).to.equal(1);
      expect(lines).to.satisfy((all: string[]) => all.every((each) => each.startsWith(`${file}:${line}: `)), lines.join('\n'));
      expect(lines.join('\n')).to.include(rule);
    });
  }

  async function write(files: Record<string, string>): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.join(project, path.dirname(file)), { recursive: true });
      await writeFile(path.join(project, file), text);
    }
  }

  function check(): Promise<{ status: number | string | null; lines: string[] }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [program, project], { timeout: 15_000 }, (error, stdout) => {
        const status = error === null ? 0 : (error.code ?? error.signal ?? null);
        resolve({ status, lines: stdout.split('\n').filter((each) => each !== '') });
      });
    });
  }
});
