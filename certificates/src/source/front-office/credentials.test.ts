import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createFrontOfficeSource } from './front-office-source.ts';
import type { FrontOfficeAddress } from './credentials.ts';

describe('address and credentials of the front office', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'front-office-'));
    await writeFile(join(folder, 'no-pem'), 'not a certificate');
  });
  after(() => rm(folder, { recursive: true }));

  const faultOf = async (address: FrontOfficeAddress): Promise<unknown> => {
    try {
      await (await createFrontOfficeSource({ ...address, specimen: false }, { report: () => undefined })).close();
      return 'taken';
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  };

  const token = { tokenFile: '/etc/videosportello/front-office-token' };
  for (const [what, address, expected] of [
    ['HTTPS with a token', { url: 'https://registry.example/api', ...token }, 'taken'],
    ['plain HTTP on this machine', { url: 'http://127.0.0.1:8080', ...token }, 'taken'],
    ['plain HTTP on this machine, version 6', { url: 'http://[::1]:8080/x/', ...token }, 'taken'],
    ['plain HTTP beyond', { url: 'http://registry.example', ...token }, 'url-not-secure'],
    ['plain HTTP to a name that looks like this machine', { url: 'http://127.0.0.1.example', ...token }, 'url-not-secure'],
    ['no address', { url: 'registry', ...token }, 'url-invalid'],
    ['another protocol', { url: 'ftp://registry.example', ...token }, 'url-invalid'],
    ['a password in the address', { url: 'https://me:secret@registry.example', ...token }, 'url-invalid'],
    ['a query', { url: 'https://registry.example?key=1', ...token }, 'url-invalid'],
    ['no credential', { url: 'https://registry.example' }, 'credential-missing'],
    [
      'an authority that is not there',
      { url: 'https://registry.example', ...token, caFile: '/nowhere/ca.pem' },
      'credential-unreadable',
    ],
  ] as const) {
    it(`${expected === 'taken' ? 'takes' : 'refuses'} ${what}`, async () => {
      expect(await faultOf(address)).to.equal(expected);
    });
  }

  it('refuses a client certificate that is none', async () => {
    const file = join(folder, 'no-pem');
    expect(await faultOf({ url: 'https://registry.example', client: { certFile: file, keyFile: file } })).to.equal(
      'credential-unreadable',
    );
  });
});
