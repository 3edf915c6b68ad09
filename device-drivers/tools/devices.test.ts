import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const TOOL = fileURLToPath(new URL('./devices.ts', import.meta.url));

function start(...args: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', TOOL, ...args], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString('utf8')));
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, ...said }));
  /** Waits until the tool has said this on stdout. */
  const says = (words: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (words.test(said.out)) resolve(said.out);
      };
      child.stdout.on('data', look);
      void ended.then(({ err }) => reject(new Error(`ended: ${err}`)));
    });
  return { child, ended, says };
}

describe('npm run devices', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'devices-test-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('explains itself, and refuses what it does not know in plain words', async () => {
    const [help, none, command, option, citizen] = await Promise.all([
      start('bench', '--help').ended,
      start().ended,
      start('dance').ended,
      start('bench', '--port', '70000').ended,
      start('virtual-cie', '--citizen', 'nobody', '--authority', join(folder, 'one', 'authority')).ended,
    ]);
    expect(help).to.include({ code: 0, err: '' });
    expect(help.out).to.match(/virtual-cie --citizen ID/);
    expect(none.out).to.equal(help.out);
    expect(command).to.include({ code: 2 }).and.have.property('err').that.match(/no command dance/);
    expect(option).to.include({ code: 2 }).and.have.property('err').that.match(/70000 is no port/);
    expect(citizen).to.include({ code: 2 }).and.have.property('err').that.match(/there are: giulia, anselmo, nicolo/);
  });

  it('puts a card on a reader until it is interrupted', async () => {
    const reader = createServer();
    reader.listen(0, '127.0.0.1');
    await once(reader, 'listening');
    const address = reader.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const inserted = once(reader, 'connection');
    const authority = join(folder, 'two', 'authority');
    const tool = start('virtual-cie', '--citizen', 'giulia', '--port', String(port), '--authority', authority);
    const [card] = (await inserted) as [Socket];
    await tool.says(/CAN 123456/);
    // vpcd's question for the answer to reset (vpcd.h: VPCD_CTRL_ATR).
    card.write(Buffer.of(0, 1, 4));
    const [frame] = (await once(card, 'data')) as [Buffer];
    expect(frame.readUInt16BE(0)).to.equal(frame.length - 2);
    expect(frame[2]).to.equal(0x3b);
    expect(await readdir(join(folder, 'two', 'card-trust'))).to.deep.equal(['csca-it-specimen.der']);

    const removed = once(card, 'close');
    tool.child.kill('SIGINT');
    expect(await tool.ended).to.include({ code: 0, err: '' });
    await removed;
    reader.close();
  });

  it('puts a card made from a file on a reader, or its twin that leaves by itself', async () => {
    const reader = createServer();
    reader.listen(0, '127.0.0.1');
    await once(reader, 'listening');
    const address = reader.address();
    const port = String(address !== null && typeof address === 'object' ? address.port : 0);
    const authority = join(folder, 'four', 'authority');
    const file = fileURLToPath(new URL('../virtual/cards/examples/cns-giulia.json', import.meta.url));
    const inserted = once(reader, 'connection');
    const options = ['--card', file, '--twin', 'removed-after:1', '--port', port, '--authority', authority];
    const tool = start('virtual-cns', ...options);
    const [card] = (await inserted) as [Socket];
    await tool.says(/PIN 12345/);
    card.write(Buffer.from('000400A40000', 'hex'));
    const [frame] = (await once(card, 'data')) as [Buffer];
    expect(frame.toString('hex')).to.equal('00029000');
    expect(await tool.ended).to.include({ code: 0, err: '' });
    reader.close();
    expect(await readdir(join(folder, 'four', 'card-trust'))).to.deep.equal(['cns-ca-specimen.der']);
  });

  it('refuses a file of another kind, a twin that there is not, and a card without a file', async () => {
    const file = fileURLToPath(new URL('../virtual/cards/examples/cns-giulia.json', import.meta.url));
    const authority = join(folder, 'five', 'authority');
    const [kind, twin, none] = await Promise.all([
      start('virtual-cie', '--card', file).ended,
      start('virtual-cns', '--card', file, '--twin', 'well-behaved', '--authority', authority).ended,
      start('virtual-emrtd').ended,
    ]);
    expect(kind).to.include({ code: 2 }).and.have.property('err').that.match(/of the kind cns/);
    expect(twin).to.include({ code: 1 }).and.have.property('err').that.match(/there are: lying-length, altered-data/);
    expect(none).to.include({ code: 2 }).and.have.property('err').that.match(/--card FILE/);
  });

  it('says when the reader is not there, or lets go of the card', async () => {
    const reader = createServer((card) => card.destroy());
    reader.listen(0, '127.0.0.1');
    await once(reader, 'listening');
    const address = reader.address();
    const port = String(address !== null && typeof address === 'object' ? address.port : 0);
    const options = ['virtual-cie', '--citizen', 'anselmo', '--authority', join(folder, 'three', 'authority')];
    const gone = await start(...options, '--port', port).ended;
    expect(gone).to.include({ code: 1 }).and.have.property('err').that.match(/The reader has let go of the card/);
    reader.close();
    await once(reader, 'close');
    const none = await start(...options, '--port', port).ended;
    expect(none).to.include({ code: 1 }).and.have.property('err').that.match(/No virtual reader takes a card/);
  });

  it('runs a bench alone and says how a device service finds it', async () => {
    const tool = start('bench', '--port', '0', '--data', join(folder, 'bench'));
    const said = await tool.says(/Ctrl\+C ends it/);
    const url = /The bench is at (\S+)/.exec(said)?.[1] ?? '';
    expect((await fetch(new URL('state', url))).status).to.equal(200);
    for (const name of ['PCSCLITE_CSOCK_NAME', 'PRINTER_URI', 'SCANNER_DEVICE', 'SANE_CONFIG_DIR', 'CARD_TRUST_DIR']) {
      expect(said).to.match(new RegExp(`^  ${name}=\\S+$`, 'm'));
    }
    tool.child.kill('SIGINT');
    expect(await tool.ended).to.include({ code: 0, err: '' });
  });
});
