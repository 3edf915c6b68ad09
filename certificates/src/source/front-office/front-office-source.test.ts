import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { FactKind } from '../facts.ts';
import { createFrontOfficeSource } from './front-office-source.ts';
import type { FrontOfficeEvent, FrontOfficeSource } from './front-office-source.ts';

const ASKED = 'CNTGLI85C54X000O';
const OTHER = 'DLLNLM47L02X000X';
const NAME = {
  surname: 'Conti',
  givenNames: 'Giulia',
  sex: 'F',
  birthDate: '1985-03-14',
  birthPlace: { name: 'Valfiorita', province: 'VF' },
};
const PERSON = { taxCode: ASKED, ...NAME, status: 'resident', deathDate: null, certifiable: true };
const HOME = { address: 'Via dei Tigli 12', postalCode: '00099', place: { name: 'Valfiorita', province: 'VF' } };
const RESIDENCE = { kind: 'dwelling', ...HOME, since: '2011-09-01', until: null, cameFrom: null, leftFor: null };
const HOUSEHOLD = { householdId: 'h1', ...HOME, members: [{ taxCode: OTHER, ...NAME, relation: 'head' }] };
const ACT = { year: 2011, number: '3', part: 'II', series: 'A', office: HOME.place, on: '2011-09-13', at: HOME.place };
const envelope = (change: object = {}): object => ({
  kind: 'person',
  taxCode: ASKED,
  onDay: null,
  specimen: true,
  fact: PERSON,
  ...change,
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const json =
  (body: unknown, status = 200): Handler =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const status =
  (code: number, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    void response.writeHead(code, headers).end();

describe('front-office source, against systems that fail or lie', () => {
  let folder: string;
  let source: FrontOfficeSource;
  let close: () => Promise<void>;
  let handler: Handler;
  let requests: { readonly url: string; readonly body: string }[];
  let onRequest: () => void;
  let events: FrontOfficeEvent[];
  let waits: number[];
  let clockMs: number;
  let deadlines: { readonly ms: number; readonly abort: () => void }[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'front-office-'));
    [requests, events, waits, deadlines, clockMs] = [[], [], [], [], 0];
    onRequest = () => undefined;
    const server = createServer((request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        requests.push({ url: request.url ?? '', body: Buffer.concat(chunks).toString() });
        handler(request, response);
        onRequest();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await writeFile(join(folder, 'token'), 'a-token\n');
    source = await createFrontOfficeSource(
      {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/town`,
        tokenFile: join(folder, 'token'),
        specimen: true,
        policy: { maxReplyBytes: 20_000 },
      },
      {
        report: (event) => events.push(event),
        nowMs: () => clockMs,
        random: () => 0.5,
        wait: async (ms) => void waits.push(ms),
        deadline: (ms) => {
          const controller = new AbortController();
          deadlines.push({ ms, abort: () => controller.abort(new DOMException('too long', 'TimeoutError')) });
          return controller.signal;
        },
      },
    );
    close = async () => {
      await source.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
  });
  afterEach(async () => {
    await close();
    await rm(folder, { recursive: true });
  });

  const ask = (kind: FactKind = 'person', onDay: string | null = null, signal = new AbortController().signal) =>
    source.ask(kind, { taxCode: ASKED, onDay }, { signal });
  const faults = (): string[] => events.flatMap((event) => ('fault' in event ? [event.fault] : []));
  const received = (count: number): Promise<void> =>
    new Promise((resolve) => {
      onRequest = () => requests.length >= count && resolve();
      onRequest();
    });

  it('takes an answer in the contract, and posts the question in the body, never in the address', async () => {
    handler = json(envelope({ later: 'fields are ignored' }));
    expect(await ask()).to.deep.equal({ value: PERSON });
    expect(requests).to.deep.equal([{ url: '/town/v1/facts/person', body: JSON.stringify({ taxCode: ASKED, onDay: null }) }]);
    expect(events).to.deep.equal([]);
  });

  for (const refusal of ['not-found', 'not-known'] as const) {
    it(`takes the refusal ${refusal} as an answer`, async () => {
      handler = json({ taxCode: ASKED, refusal }, 404);
      expect(await ask()).to.deep.equal({ refusal });
      expect(events).to.deep.equal([]);
    });
  }

  const endless: Handler = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      while (response.writable && response.write(' '.repeat(1_000)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  const huge: Handler = (_, response) =>
    void response.writeHead(200, { 'content-type': 'application/json', 'content-length': '999999999' }).write('{');
  const marriage = { ...ACT, spouses: [OTHER, OTHER].map((taxCode) => ({ taxCode, ...NAME })) };
  const wrong: readonly (readonly [string, Handler, string, number, FactKind?, string?])[] = [
    ['a server error', status(500), 'failed', 3],
    ['a gateway without its server', status(502), 'failed', 3],
    ['too many requests', status(429), 'overloaded', 3],
    ['maintenance for a second', status(503, { 'retry-after': '1' }), 'overloaded', 3],
    ['maintenance for a minute', status(503, { 'retry-after': '60' }), 'overloaded', 1],
    ['a connection cut before the reply', (request) => request.socket.destroy(), 'unreachable', 3],
    ['a connection cut within the reply', (_, response) => void response.write('{', () => response.destroy()), 'unreachable', 3],
    ['a token not taken', status(401), 'unauthorized', 1],
    ['a client not taken', status(403), 'unauthorized', 1],
    ['a redirection', status(307, { location: '/elsewhere' }), 'unexpected-status', 1],
    ['no content', status(204), 'unexpected-status', 1],
    ['a question not understood', status(400), 'unexpected-status', 1],
    ['an address without a service', status(404, { 'content-type': 'text/html' }), 'not-in-contract', 1],
    [
      'a page instead of JSON',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      'not-in-contract',
      1,
    ],
    [
      'half of a JSON',
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"kind"'),
      'not-in-contract',
      1,
    ],
    [
      'letters that are no UTF-8',
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from('"\xe8"', 'latin1')),
      'not-in-contract',
      1,
    ],
    [
      'nesting without end',
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(19_000)),
      'not-in-contract',
      1,
    ],
    ['no envelope', json(PERSON), 'not-in-contract', 1],
    ['a fact of another shape', json(envelope({ fact: { ...PERSON, status: 'here' } })), 'not-in-contract', 1],
    ['a day that does not exist', json(envelope({ fact: { ...PERSON, birthDate: '1985-02-30' } })), 'not-in-contract', 1],
    ['a refusal it may not give', json({ taxCode: ASKED, refusal: 'unavailable' }, 404), 'not-in-contract', 1],
    ['a reply that says it is huge', huge, 'too-large', 1],
    ['a reply without end', endless, 'too-large', 1],
    ['an answer about another person', json(envelope({ taxCode: OTHER })), 'wrong-answer', 1],
    ['another person under our question', json(envelope({ fact: { ...PERSON, taxCode: OTHER } })), 'wrong-answer', 1],
    ['another fact than asked for', json(envelope({ kind: 'citizenship', fact: { citizenships: ['ITA'] } })), 'wrong-answer', 1],
    ['another day than asked for', json(envelope({ onDay: '2020-01-01' })), 'wrong-answer', 1],
    ['a refusal about another person', json({ taxCode: OTHER, refusal: 'not-found' }, 404), 'wrong-answer', 1],
    ['a household without the person', json(envelope({ kind: 'household', fact: HOUSEHOLD })), 'wrong-answer', 1, 'household'],
    [
      'a residence of another time',
      json(envelope({ kind: 'residence', onDay: '2000-01-01', fact: RESIDENCE })),
      'wrong-answer',
      1,
      'residence',
      '2000-01-01',
    ],
    [
      'the act of another birth',
      json(envelope({ kind: 'birth', fact: { ...ACT, child: { taxCode: OTHER, ...NAME }, parents: [] } })),
      'wrong-answer',
      1,
      'birth',
    ],
    ['the act of another wedding', json(envelope({ kind: 'marriage', fact: marriage })), 'wrong-answer', 1, 'marriage'],
    [
      'the act of another death',
      json(envelope({ kind: 'death', fact: { ...ACT, deceased: { taxCode: OTHER, ...NAME } } })),
      'wrong-answer',
      1,
      'death',
    ],
    ['real people in a demo', json(envelope({ specimen: false })), 'specimen-mixed', 1],
  ];
  for (const [what, reply, fault, attempts, kind, onDay] of wrong) {
    it(`is unavailable after ${what}: ${fault}, ${attempts === 1 ? 'asked once' : 'asked again twice'}`, async () => {
      handler = reply;
      expect(await ask(kind, onDay)).to.deep.equal({ refusal: 'unavailable' });
      expect(faults()).to.deep.equal(Array<string>(attempts).fill(fault));
      expect(requests).to.have.length(attempts);
      expect(JSON.stringify(events)).to.not.match(/CNTGLI|DLLNLM|Conti|Tigli/);
    });
  }

  it('takes the second answer when the first attempt broke, after a pause with jitter', async () => {
    const replies = [status(500), json(envelope())];
    handler = (request, response) => replies.shift()?.(request, response);
    expect(await ask()).to.deep.equal({ value: PERSON });
    expect(waits).to.deep.equal([113]);
  });

  it('waits as long as it is told to, and never longer than its own measure', async () => {
    handler = status(503, { 'retry-after': '2' });
    await ask();
    expect(waits).to.deep.equal([2_000, 2_000]);
  });

  it('gives up an attempt at its deadline, cuts the connection and tries again', async () => {
    const cut: Promise<unknown>[] = [];
    handler = (request) => void cut.push(once(request.socket, 'close'));
    const answer = ask();
    for (const attempt of [1, 2, 3]) {
      await received(attempt);
      deadlines.at(-1)?.abort();
      await cut[attempt - 1];
    }
    expect(await answer).to.deep.equal({ refusal: 'unavailable' });
    expect(deadlines.map(({ ms }) => ms)).to.deep.equal([8_000, 3_000, 3_000, 3_000]);
    expect(faults()).to.deep.equal(['timed-out', 'timed-out', 'timed-out']);
  });

  it('gives up a reply that comes drop by drop', async () => {
    handler = (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    const answer = ask();
    await received(1);
    deadlines[0]?.abort();
    expect(await answer).to.deep.equal({ refusal: 'unavailable' });
    expect(requests).to.have.length(1);
  });

  it('ends with its caller, who is no failure of the other side', async () => {
    handler = () => undefined;
    for (let question = 1; question <= 6; question += 1) {
      const caller = new AbortController();
      const answer = ask('person', null, caller.signal);
      await received(question);
      caller.abort();
      expect(await answer).to.deep.equal({ refusal: 'unavailable' });
    }
    expect(await ask('person', null, AbortSignal.abort())).to.deep.equal({ refusal: 'unavailable' });
    expect(requests).to.have.length(6);
    expect(events).to.deep.equal([]);
    expect(source.breaker()).to.equal('closed');
  });

  it('asks nothing after five failures, then one question to see, then all again', async () => {
    handler = status(403);
    for (let question = 0; question < 5; question += 1) await ask();
    expect(source.breaker()).to.equal('open');
    expect(await ask()).to.deep.equal({ refusal: 'unavailable' });
    expect(requests).to.have.length(5);

    clockMs = 5_000;
    await ask();
    expect(requests).to.have.length(6);
    clockMs = 14_999;
    await ask();
    expect(requests).to.have.length(6);

    clockMs = 15_000;
    let reply = (): void => undefined;
    handler = (request, response) => void (reply = () => json(envelope())(request, response));
    const probe = ask();
    await received(7);
    expect(await ask()).to.deep.equal({ refusal: 'unavailable' });
    reply();
    expect(await probe).to.deep.equal({ value: PERSON });
    expect(requests).to.have.length(7);
    handler = json(envelope());
    expect(await ask()).to.deep.equal({ value: PERSON });
    expect(events.flatMap((event) => ('state' in event ? [event.state] : []))).to.deep.equal([
      'open',
      'half-open',
      'open',
      'half-open',
      'closed',
    ]);
  });

  it('stops trying again once the breaker opens', async () => {
    handler = status(500);
    await ask();
    await ask();
    expect(requests).to.have.length(5);
    expect(source.breaker()).to.equal('open');
  });

  it('shows the token of the moment, and asks nothing without one', async () => {
    const shown: (string | undefined)[] = [];
    handler = (request, response) => {
      shown.push(request.headers.authorization);
      json(envelope())(request, response);
    };
    await ask();
    await writeFile(join(folder, 'token'), 'another.token');
    await ask();
    await writeFile(join(folder, 'token'), 'two words');
    expect(await ask()).to.deep.equal({ refusal: 'unavailable' });
    expect(shown).to.deep.equal(['Bearer a-token', 'Bearer another.token']);
    expect(faults()).to.deep.equal(['no-credential']);
  });

  it('throws for what is no question', async () => {
    const error: unknown = await source
      .ask('person', { taxCode: 'x', onDay: null }, { signal: AbortSignal.abort() })
      .catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(RangeError);
    expect(requests).to.have.length(0);
  });

  it('closes twice', async () => {
    await source.close();
    await source[Symbol.asyncDispose]();
    expect(source.breaker()).to.equal('closed');
  });
});
