import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { DocumentRule } from '@videosportello/identity/policy/documents.ts';
import { kioskId, newId, visitId } from '@videosportello/protocol/ids.ts';
import type { VerdictClaims } from '@videosportello/protocol/messages/verdict.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { openVerdictKey } from '../evidence/verdict-key.ts';
import type { VerdictKey } from '../evidence/verdict-key.ts';
import { provedRequester, verifyVerdict } from './proved-requester.ts';
import type { RequesterTerms } from './proved-requester.ts';

const AT = Date.parse('2026-11-22T10:00:00Z');
const visit = newId(visitId, 'v');
const kiosk = kioskId.parse('kiosk-1');
const yes = { answer: 'yes', reason: 'signed-by-trusted-issuer' } as const;
const notAsked = { answer: 'not-asked', reason: 'operator-decides' } as const;
const signedByChip = <Value>(value: Value) => ({ value, source: 'chip-signed' as const });

const verdict: VerdictClaims = {
  iss: 'certificates',
  visit,
  kiosk,
  document: 'cie',
  protocol: 'PACE',
  answers: { genuine: yes, notCloned: notAsked, notExpired: yes, notRevoked: notAsked, holder: yes },
  person: {
    surname: signedByChip('CONTI'),
    givenNames: signedByChip('GIULIA'),
    sex: signedByChip('F'),
    nationality: signedByChip('ITA'),
    documentNumber: signedByChip('CA00001AA'),
    expiryDate: signedByChip('2031-03-14'),
    taxCode: signedByChip('CNTGLI85C54X000O'),
  },
  warnings: [],
  specimen: true,
  iat: AT / 1000,
  exp: AT / 1000 + 3600,
};

/** The same token with one word of its payload changed. */
function altered(token: string, from: string, to: string): string {
  const [head, payload, signature] = token.split('.') as [string, string, string];
  const text = Buffer.from(payload, 'base64url').toString().replace(from, to);
  return [head, Buffer.from(text).toString('base64url'), signature].join('.');
}

describe('a signed verdict, before anything is issued on it', () => {
  let folder: string;
  let key: VerdictKey;
  let terms: RequesterTerms;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'verdict-'));
    key = await openVerdictKey(join(folder, 'verdict-key.json'));
    terms = { keys: key.jwks, visit, kiosk, service: 'residence', now: new Date(AT + 60_000), timeZone: 'Europe/Rome' };
  });
  after(() => rm(folder, { recursive: true }));

  it('says who asks, how surely, and until when his document is good', async () => {
    expect(await provedRequester(await key.sign(verdict), terms)).to.deep.equal({
      taxCode: 'CNTGLI85C54X000O',
      identity: 'officer-checked',
      documentExpiresOn: '2031-03-14',
    });
  });

  it('proves nobody when there is none, when the document is not genuine, when nothing signs the tax code', async () => {
    const { taxCode: _, ...nameless } = verdict.person;
    const typed = { ...verdict.person, taxCode: { value: 'CNTGLI85C54X000O', source: 'typed' as const } };
    const weak: Partial<VerdictClaims>[] = [
      { answers: { ...verdict.answers, genuine: { answer: 'no', reason: 'signature-wrong' } } },
      { answers: { ...verdict.answers, genuine: notAsked } },
      { answers: { ...verdict.answers, notCloned: { answer: 'no', reason: 'chip-authentication-failed' } } },
      { person: nameless },
      { person: typed },
    ];
    expect(await codeOf(provedRequester(undefined, terms))).to.equal('evidence-missing');
    for (const change of weak) {
      expect(await codeOf(provedRequester(await key.sign({ ...verdict, ...change }), terms))).to.equal('evidence-missing');
    }
  });

  it('proves whom an officer saw, when he judged the document genuine and its holder’s', async () => {
    const seen = { ...verdict.person, taxCode: { value: 'CNTGLI85C54X000O', source: 'seen-by-operator' as const } };
    const at = async (change: Partial<VerdictClaims['answers']>) =>
      provedRequester(await key.sign({ ...verdict, person: seen, answers: { ...verdict.answers, ...change } }), terms);
    expect(await at({})).to.include({ identity: 'officer-checked' });
    for (const change of [{ genuine: notAsked }, { holder: notAsked }]) expect(await codeOf(at(change))).to.equal('evidence-missing');
  });

  it('gives the level of the policy’s rows for the kind of document', async () => {
    const level = async (change: Partial<VerdictClaims>) => (await provedRequester(await key.sign({ ...verdict, ...change }), terms)).identity;
    const answered = (change: Partial<VerdictClaims['answers']>) => ({ answers: { ...verdict.answers, ...change } });
    expect(await level(answered({ holder: notAsked }))).to.equal('card-read');
    expect(await level(answered({ holder: { answer: 'no', reason: 'face-differs' } }))).to.equal('none');
    // A health card counts by its signature only.
    expect(await level({ document: 'ts-cns', ...answered({ notCloned: notAsked }) })).to.equal('none');
    expect(await level({ document: 'ts-cns', ...answered({ notCloned: { answer: 'yes', reason: 'challenge-signed' } }) })).to.equal('officer-checked');
  });

  it('counts with a document that the policy takes on the town’s day, for the service asked for', async () => {
    const asked = async (at: string, document: VerdictClaims['document'], rules?: readonly DocumentRule[], service = terms.service) => {
      const now = new Date(at);
      const [iat, exp] = [now.getTime() / 1000 - 60, now.getTime() / 1000 + 3540];
      return codeOf(provedRequester(await key.sign({ ...verdict, document, iat, exp }), { ...terms, now, service }, rules));
    };
    const paper: readonly DocumentRule[] = [
      { kind: 'it-paper-identity-card', proves: ['identity', 'tax-code'], refusedFrom: '2026-08-03', source: 'town' },
    ];
    // Half past midnight in Rome is another day there than in Greenwich.
    expect(await asked('2026-08-02T21:30:00Z', 'it-paper-identity-card', paper)).to.equal('done');
    for (const rules of [paper, undefined]) {
      expect(await asked('2026-08-02T22:30:00Z', 'it-paper-identity-card', rules)).to.equal('id-not-accepted:no-longer-accepted');
    }
    const ofOneService: readonly DocumentRule[] = [
      { kind: 'it-electronic-identity-card', proves: ['tax-code'], services: ['residence'], source: 'town' },
    ];
    expect(await asked('2026-11-22T10:00:00Z', 'cie', ofOneService)).to.equal('done');
    expect(await asked('2026-11-22T10:00:00Z', 'cie', ofOneService, 'birth')).to.equal('id-not-accepted:not-for-this-service');
    expect(await asked('2026-11-22T10:00:00Z', 'cie', [])).to.equal('id-not-accepted:kind-not-listed');
  });

  it('proves nobody by a document that says nothing of a tax code, whatever stands beside it', async () => {
    for (const document of ['passport', 'foreign-identity-card'] as const) {
      expect(await codeOf(provedRequester(await key.sign({ ...verdict, document }), terms)), document).to.equal('evidence-missing');
    }
  });

  it('is refused when a word of it was altered, with another key, and without a signature', async () => {
    const signed = await key.sign(verdict);
    const stranger = await openVerdictKey(join(folder, 'stranger.json'));
    const [, payload] = signed.split('.');
    const unsigned = `${Buffer.from('{"alg":"none","typ":"verdict+jwt"}').toString('base64url')}.${payload}.`;
    for (const forged of [altered(signed, '"GIULIA"', '"ANNA"'), await stranger.sign(verdict), unsigned, 'no verdict at all']) {
      expect(await codeOf(verifyVerdict(forged, terms))).to.equal('verdict-invalid:verdict-altered');
    }
    expect(await codeOf(verifyVerdict(signed, { ...terms, keys: stranger.jwks }))).to.equal('verdict-invalid:verdict-altered');
  });

  it('is refused in another visit and at another kiosk', async () => {
    const signed = await key.sign(verdict);
    expect(await codeOf(verifyVerdict(signed, { ...terms, visit: newId(visitId, 'v') }))).to.equal('verdict-invalid:verdict-of-another-visit');
    for (const other of [kioskId.parse('kiosk-2'), null]) {
      expect(await codeOf(verifyVerdict(signed, { ...terms, kiosk: other }))).to.equal('verdict-invalid:verdict-of-another-kiosk');
    }
  });

  it('is refused when it comes late, and when it comes from a time that is not yet', async () => {
    const signed = await key.sign(verdict);
    const at = (ms: number) => ({ ...terms, now: new Date(AT + ms) });
    expect(await codeOf(verifyVerdict(signed, at(3_599_000)))).to.equal('done');
    expect(await codeOf(verifyVerdict(signed, at(3_600_000)))).to.equal('verdict-invalid:verdict-too-old');
    expect(await codeOf(verifyVerdict(signed, at(-60_000)))).to.equal('done');
    expect(await codeOf(verifyVerdict(signed, at(-61_000)))).to.equal('verdict-invalid:verdict-from-the-future');
  });
});
