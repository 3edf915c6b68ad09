import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from 'chai';
import { encode } from 'uqr';

import { payloadOfText } from './address.ts';
import { readSymbols } from './read-symbol.ts';
import { DATA_CODEWORDS_M, stampSymbol, stampSymbolVersion, SymbolError } from './symbol.ts';
import { symbolPng } from './symbol-png.ts';

const run = promisify(execFile);
const vectors: {
  valid: readonly { name: string; size_bytes: number; seal_hex: string; carrier_base32_url: string }[];
} = JSON.parse(readFileSync(new URL('../../test/vectors/vds-it-profile.json', import.meta.url), 'utf8'));
const addressOf = (name: string) => vectors.valid.find((vector) => vector.name === name)?.carrier_base32_url ?? '';
const RESIDENCE = addressOf('it-certificato-residenza');
const FAMILY_OF_SIX = addressOf('it-stato-famiglia-6-componenti');

describe('stamp symbol', function () {
  this.timeout(30_000);
  let directory = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stamp-symbol-'));
  });
  after(async () => {
    await rm(directory, { recursive: true });
  });

  for (const { name, seal_hex, carrier_base32_url } of vectors.valid) {
    it(`${name}: two readers find the same seal in the symbol`, async () => {
      const symbol = stampSymbol(carrier_base32_url);
      const png = symbolPng(symbol, 6);
      const [found, ...others] = await readSymbols(png);
      expect(others).to.deep.equal([]);
      expect(Buffer.from(found ?? []).toString()).to.equal(carrier_base32_url);
      const path = join(directory, `${name}.png`);
      await writeFile(path, png);
      const { stdout } = await run('zbarimg', ['--raw', '-q', '-Sdisable', '-Sqrcode.enable', path]);
      expect(Buffer.from(payloadOfText(stdout).seal).toString('hex')).to.equal(seal_hex);
    });
  }

  it('has the sizes of the layout: residence up to version 18, six persons version 23', () => {
    expect(stampSymbol(RESIDENCE).version).to.equal(17);
    // A few signs more in the checker's address than in the vector, as institutional addresses have.
    const longer = RESIDENCE.replace('HTTPS://V.EXAMPLE.IT/S', 'HTTPS://COMUNE.EXAMPLE.IT/TIMBRO');
    const symbol = stampSymbol(longer);
    expect([symbol.version, symbol.modules.length]).to.deep.equal([18, 89]);
    expect(stampSymbol(FAMILY_OF_SIX).version).to.equal(23);
  });

  it('depends on the length alone', () => {
    const [head = '', seal = ''] = RESIDENCE.split('#');
    const digits = `${head}#${seal.replaceAll(/[A-Z]/g, '7')}`;
    const letters = `${head}#${seal.replaceAll(/[0-9]/g, 'Q')}`;
    expect(stampSymbol(digits).version).to.equal(stampSymbol(letters).version);
  });

  it('knows the capacity of every version as another encoder does', () => {
    for (const [index, codewords] of DATA_CODEWORDS_M.entries()) {
      const version = index + 1;
      const bytes = Math.floor((codewords * 8 - 4 - (version < 10 ? 8 : 16)) / 8);
      const options = { ecc: 'M', border: 0, maskPattern: 0 } as const;
      expect(
        encode(
          Array.from({ length: bytes }, () => 255),
          options,
        ).version,
      ).to.equal(version);
      if (version < 40)
        expect(
          encode(
            Array.from({ length: bytes + 1 }, () => 255),
            options,
          ).version,
        ).to.equal(version + 1);
    }
  });

  it('fills every version to the last bit with letters, which pack worst', async () => {
    for (const version of [1, 2, 9, 10, 17, 18, 26, 27, 40]) {
      let length = 1;
      while (
        length < 4000 &&
        versionOrNull(`A#${'Q'.repeat(length + 1)}`) !== null &&
        stampSymbolVersion(`A#${'Q'.repeat(length + 1)}`) <= version
      ) {
        length += 1;
      }
      const text = `A#${'Q'.repeat(length)}`;
      const symbol = stampSymbol(text);
      expect(symbol.version).to.equal(version);
      const [found] = await readSymbols(symbolPng(symbol, 4));
      expect(Buffer.from(found ?? []).toString(), `version ${version}`).to.equal(text);
    }
  });

  it('refuses what does not fit with a code', () => {
    expect(() => stampSymbol(`A#${'Q'.repeat(3500)}`))
      .to.throw(SymbolError)
      .with.property('code', 'SYMBOL_TOO_LONG');
  });

  for (const text of ['HTTPS://A.IT/S', 'https://a.it/s#AB', 'HTTPS://A.IT/S#AB#CD', 'HTTPS://A.IT/È#AB']) {
    it(`refuses ${text}, which would need another segment`, () => {
      expect(() => stampSymbolVersion(text))
        .to.throw(SymbolError)
        .with.property('code', 'SYMBOL_BAD_TEXT');
    });
  }
});

function versionOrNull(text: string): number | null {
  try {
    return stampSymbolVersion(text);
  } catch {
    return null;
  }
}
