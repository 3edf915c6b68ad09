import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { keptText } from '@videosportello/protocol/testing/kept-text.ts';
import { startEsclScanner } from '../virtual/peers/escl-scanner.ts';
import { readConfig } from './config.ts';
import { openDevices } from './devices.ts';
import { createLog } from './events.ts';

const SHEET = fileURLToPath(new URL('../virtual/bench/sheet/specimen-sheet.pdf', import.meta.url));

describe('the devices the settings name', function () {
  this.timeout(20_000);
  this.slow(3_000);
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'devices-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const settings = (change: Record<string, string> = {}) =>
    readConfig({
      QUEUE_URL: 'ws://127.0.0.1:1/kiosk',
      ENROL_URL: 'http://127.0.0.1:1/enrol',
      CONNECT_TO: 'ws://127.0.0.1:1',
      KIOSK_DIST: directory,
      DATA_DIR: join(directory, 'data'),
      PCSCLITE_CSOCK_NAME: join(directory, 'nowhere'),
      ...change,
    });

  it('may be none: no printer, no scanner, and each says so', async () => {
    await using devices = await openDevices(settings(), createLog('silent'));
    expect(devices.printerStatus()).to.deep.equal({ device: 'noDevice', reasons: [] });
    expect(devices.scanner).to.equal(undefined);
  });

  it('hold a scanner that tells of itself and gives a page with its usual options', async () => {
    await using peer = await startEsclScanner({ directory });
    await peer.putSheet(SHEET);
    const log = keptText();
    await using devices = await openDevices(
      settings({ SCANNER_DEVICE: peer.device, SANE_CONFIG_DIR: peer.configDirectory }),
      createLog('info', log.stream),
    );
    const changes = new EventEmitter();
    devices.onChange(() => changes.emit('change'));
    while (devices.scanner?.device() !== 'online') await once(changes, 'change');
    expect(await devices.scanner.scan(new AbortController().signal)).to.include({ width: 1653, height: 2338 });
    expect(devices.scanner.device()).to.equal('online');
  });
});
