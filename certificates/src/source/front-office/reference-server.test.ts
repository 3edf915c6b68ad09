import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startFrontOfficeServer } from '../../../tools/front-office-server.ts';
import type { FrontOfficeServer } from '../../../tools/front-office-server.ts';
import { factSchemas } from '../facts.ts';
import type { FactKind } from '../facts.ts';
import { createSpecimenRegistry } from '../specimen-registry.ts';
import type { SpecimenRegistry } from '../specimen-registry.ts';
import { answered, question, readFact, refused, speaksOf } from './contract.ts';
import { createFrontOfficeSource } from './front-office-source.ts';
import type { FrontOfficeEvent } from './front-office-source.ts';

const run = promisify(execFile);
const citizensFile = fileURLToPath(new URL('../../../../deploy/demo/citizens.json', import.meta.url));
const page = fileURLToPath(new URL('../FRONT-OFFICE.md', import.meta.url));
const GIULIA = 'CNTGLI85C54X000O';
const kinds = Object.keys(factSchemas) as FactKind[];
/** On a busy machine an answer takes what it takes; deadlines have tests of their own. */
const patient = { attemptMs: 60_000, questionMs: 100_000 };
const never = { signal: new AbortController().signal };

describe('front-office source, against a server that keeps the contract', () => {
  let folder: string;
  let town: SpecimenRegistry;
  let server: FrontOfficeServer;
  let events: FrontOfficeEvent[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'front-office-'));
    town = await createSpecimenRegistry({ citizensFile, now: () => new Date('2026-11-22T10:00:00Z') });
    await writeFile(join(folder, 'token'), 'the-right-token');
    await writeFile(join(folder, 'other'), 'another-token');
    server = await startFrontOfficeServer({ source: town, token: 'the-right-token' });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    events = [];
  });

  const connect = (tokenFile = 'token') =>
    createFrontOfficeSource(
      { url: server.url, tokenFile: join(folder, tokenFile), specimen: true, policy: patient },
      { report: (event) => events.push(event) },
    );

  it('answers as the registry behind it, for every kind and many people, today and on a past day', async () => {
    await using source = await connect();
    const people = [...Object.values(town.particular), ...town.people.slice(0, 3).map(({ taxCode }) => taxCode)];
    for (const kind of kinds) {
      for (const onDay of [null, '2013-06-01']) {
        const asked = people.map((taxCode) => ({ taxCode, onDay }));
        const answers = await Promise.all(asked.map((of) => source.ask(kind, of, never)));
        expect(answers).to.deep.equal(await Promise.all(asked.map((of) => town.ask(kind, of, never))));
      }
    }
    expect(await source.ask('person', { taxCode: 'XXXXXX00X00X000X', onDay: null }, never)).to.deep.equal({
      refusal: 'not-found',
    });
    expect(events).to.deep.equal([]);
  });

  it('is refused with another token', async () => {
    await using source = await connect('other');
    expect(await source.ask('person', { taxCode: GIULIA, onDay: null }, never)).to.deep.equal({ refusal: 'unavailable' });
    expect(events).to.have.length(1);
    expect(events[0]).to.include({ fault: 'unauthorized', attempt: 1 });
  });

  it('cannot reach a server that is gone', async () => {
    const gone = await startFrontOfficeServer({ source: town, token: null });
    await gone[Symbol.asyncDispose]();
    await using source = await createFrontOfficeSource(
      { url: gone.url, tokenFile: join(folder, 'token'), specimen: true, policy: patient },
      { report: (event) => events.push(event), wait: () => Promise.resolve() },
    );
    expect(await source.ask('person', { taxCode: GIULIA, onDay: null }, never)).to.deep.equal({ refusal: 'unavailable' });
    expect(events.map((event) => 'fault' in event && event.fault)).to.deep.equal(Array(3).fill('unreachable'));
  });

  describe('over mutual TLS', () => {
    let secure: FrontOfficeServer;
    const file = (name: string): string => join(folder, name);

    before(async () => {
      await makeAuthority(folder, 'ca');
      await makeAuthority(folder, 'stranger');
      await makeCertificate(folder, 'server', 'ca', 'IP:127.0.0.1');
      await makeCertificate(folder, 'client', 'ca', 'DNS:certificates');
      await makeCertificate(folder, 'intruder', 'stranger', 'DNS:certificates');
      const [cert, key, clientCa] = await Promise.all(
        ['server.pem', 'server.key', 'ca.pem'].map((name) => readFile(file(name), 'utf8')),
      );
      if (cert === undefined || key === undefined || clientCa === undefined) throw new TypeError('no certificate');
      secure = await startFrontOfficeServer({ source: town, token: null, tls: { cert, key, clientCa } });
    });
    after(() => secure[Symbol.asyncDispose]());

    const faultsWith = async (client: string, ca: string): Promise<string[]> => {
      await using source = await createFrontOfficeSource(
        {
          url: secure.url,
          client: { certFile: file(`${client}.pem`), keyFile: file(`${client}.key`) },
          caFile: file(`${ca}.pem`),
          specimen: true,
          policy: patient,
        },
        { report: (event) => events.push(event), wait: () => Promise.resolve() },
      );
      const answer = await source.ask('person', { taxCode: GIULIA, onDay: null }, never);
      expect('value' in answer).to.equal(events.length === 0);
      return events.flatMap((event) => ('fault' in event ? [event.fault] : []));
    };

    it('is answered when both sides know each other', async () => {
      expect(await faultsWith('client', 'ca')).to.deep.equal([]);
    });

    it('asks nothing of a server of another authority', async () => {
      expect(await faultsWith('client', 'stranger')).to.deep.equal(['untrusted']);
    });

    it('gets no answer with a certificate of another authority', async () => {
      const faults = await faultsWith('intruder', 'ca');
      expect(faults).to.not.deep.equal([]);
      for (const fault of faults) expect(fault).to.be.oneOf(['unreachable', 'untrusted']);
    });
  });
});

describe('FRONT-OFFICE.md', () => {
  it('shows a question, a refusal and answers that the connector takes', async () => {
    const examples = [...(await readFile(page, 'utf8')).matchAll(/```json (\S+)\n([\s\S]*?)```/g)].map(
      ([, name, text]) => [name, JSON.parse(text ?? '') as unknown] as const,
    );
    const shown = new Set<string | undefined>();
    for (const [name, example] of examples) {
      shown.add(name);
      if (name === 'question') question.parse(example);
      else if (name === 'refusal') refused.parse(example);
      else {
        const { kind, taxCode, onDay, fact } = answered.parse(example);
        expect(kind).to.equal(name);
        const read = readFact(kind, fact);
        if (read === null) throw new TypeError(`the example of ${kind} is not in the contract`);
        expect(speaksOf(kind, read, question.parse({ taxCode, onDay }))).to.equal(true);
      }
    }
    expect([...shown]).to.include.members(['question', 'refusal', 'residence', 'household', 'person', 'death']);
  });
});

async function openssl(folder: string, ...args: string[]): Promise<void> {
  await run('openssl', args, { cwd: folder });
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const;

function makeAuthority(folder: string, name: string): Promise<void> {
  return openssl(
    folder,
    'req',
    '-x509',
    ...KEY,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.pem`,
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
  );
}

async function makeCertificate(folder: string, name: string, authority: string, alternative: string): Promise<void> {
  await writeFile(join(folder, `${name}.ext`), `subjectAltName=${alternative}\n`);
  await openssl(folder, 'req', ...KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
  await openssl(
    folder,
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    `${authority}.pem`,
    '-CAkey',
    `${authority}.key`,
    '-CAcreateserial',
    '-out',
    `${name}.pem`,
    '-days',
    '2',
    '-extfile',
    `${name}.ext`,
  );
}
