import { expect } from 'chai';
import { readConfig } from './config.ts';

const good = {
  QUEUE_URL: 'ws://127.0.0.1:1/kiosk',
  ENROL_URL: 'http://127.0.0.1:1/enrol',
  CONNECT_TO: 'ws://127.0.0.1:1 wss://media.example:3000',
  KIOSK_DIST: 'dist',
  DATA_DIR: 'data',
};

describe('settings of the device service', () => {
  it('are read with their defaults', () => {
    expect(readConfig(good)).to.deep.include({
      host: '127.0.0.1',
      port: 8443,
      pageHost: 'kiosk.localhost',
      connectTo: ['ws://127.0.0.1:1', 'wss://media.example:3000'],
      printerUri: undefined,
      scanner: undefined,
      demo: false,
    });
  });

  it('name a scanner with the options of its model', () => {
    const scanner = { SCANNER_DEVICE: 'escl:http://127.0.0.1:1', SANE_CONFIG_DIR: 'sane' };
    expect(readConfig({ ...good, ...scanner }).scanner).to.deep.equal({
      device: 'escl:http://127.0.0.1:1',
      configDirectory: 'sane',
      options: ['--mode', 'Color', '--resolution', '200'],
    });
    const options = ' --source "ADF Front"  --mode Gray ';
    expect(readConfig({ ...good, ...scanner, SCANNER_OPTIONS: options }).scanner?.options).to.deep.equal(['--source', 'ADF Front', '--mode', 'Gray']);
  });

  for (const [what, change, words] of [
    ['listening beyond this machine', { LISTEN: '0.0.0.0:80' }, 'LISTEN'],
    ['a scanner’s folder without a scanner', { SANE_CONFIG_DIR: 'sane' }, 'SCANNER_DEVICE'],
    ['a printer that speaks no IPP', { PRINTER_URI: 'http://127.0.0.1/' }, 'PRINTER_URI'],
    ['no data folder', { DATA_DIR: '' }, 'DATA_DIR'],
  ] as const) {
    it(`are refused for ${what}`, () => expect(() => readConfig({ ...good, ...change })).to.throw(words));
  }
});
