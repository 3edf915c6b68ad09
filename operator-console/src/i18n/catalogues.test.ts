import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { errorCode } from '@videosportello/protocol/error-codes.ts';
import { certificateSection, documentState, paperEdition, paperLanguage, printReason, use } from '@videosportello/protocol/messages/document.ts';
import { refusalCodes } from '@videosportello/protocol/messages/refusal.ts';
import { answers, claimSource, evidencePhase, personClaims } from '@videosportello/protocol/messages/verdict.ts';
import { checkQuestion, gesture, judgement, seenDocument, seenPerson } from '@videosportello/protocol/messages/visual-check.ts';
import {
  kioskTile,
  language,
  need,
  notReadyReason,
  outcome,
  phase,
  priorityClass,
  service,
  visitStep,
} from '@videosportello/protocol/messages/visit.ts';
import { compareCatalogues, entriesOf } from '@videosportello/web-parts/fluent-keys.ts';
import { fieldFaults, formFields } from '../desk/document-form.ts';
import { paperSteps } from '../desk/document-progress.ts';
import { phraseKeys } from '../desk/phrases.ts';
import { altKeys } from '../desk/shortcuts.ts';

const sources = path.resolve(import.meta.dirname, '..');
const read = (name: string) => readFileSync(path.join(import.meta.dirname, name), 'utf8');
const italian = read('it.ftl');
const keys = new Set(entriesOf(italian).map(({ key }) => key));

/** Keys made of a fixed beginning and a word of a closed list: all of them must have a text. */
const families: Readonly<Record<string, readonly string[]>> = {
  'absence-': ['denied', 'absent', 'busy', 'unsupported', 'failed', 'not-wanted'],
  'action-': ['review', 'issue', 'reprint', 'print-again', 'came-out', 'not-out'],
  'answer-': [...Object.keys(answers.shape), 'someGenuineCie'],
  'answer-is-': answers.shape.holder.shape.answer.options,
  'call-': [
    'connecting',
    'refused',
    'reconnecting',
    'interrupted',
    'kiosk-away',
    'citizen-coming',
    'face-to-face',
    'picture-only',
    'voice-only',
    'text-only',
    'failed-replaced',
    'failed-taken-over',
    'failed-unreachable',
    'failed-unsupported',
    'over',
  ],
  'claim-': Object.keys(personClaims.shape).filter((name) => name !== 'surname' && name !== 'givenNames'),
  'command-': [...Object.values(altKeys), 'choose-tab', 'next-pane', 'previous-pane'],
  'document-': documentState.options,
  'error-': errorCode.options,
  'evidence-ended-': ['visit-ended', 'fence-stale', 'replaced', 'version-unsupported'],
  'duty-': ['mark', 'exemption', 'virtual'],
  'edition-paper-': paperEdition.options,
  'fault-': fieldFaults,
  'field-': [...formFields, 'language', 'edition'],
  'gesture-': gesture.options,
  'judgement-': judgement.options,
  'kiosk-': kioskTile.shape.state.options,
  'language-': language.options,
  'language-paper-': paperLanguage.options,
  'lead-': ['done', 'refused', 'no-scanner'],
  'missing-': ['answer-missing', 'scan-missing', 'person-missing', 'tax-code-invalid'],
  'need-': [...need.options, 'none'],
  'notice-': ['visit-lost', 'visit-gone', 'offer-expired', 'offer-citizen-left', 'offer-taken', 'offer-superseded'],
  'offer-title-': priorityClass.options,
  'outcome-': outcome.options,
  'pane-': ['identity', 'document'],
  'paper-': [...paperSteps, 'done', 'open'],
  'phase-': evidencePhase.options,
  'person-': Object.keys(seenPerson.shape),
  'print-': printReason.options,
  'quality-': ['good', 'fair', 'poor'],
  'question-': checkQuestion.options,
  'reason-': notReadyReason.options,
  'refused-': refusalCodes,
  'scan-': ['front', 'back'],
  'section-': certificateSection.options,
  'seen-document-': seenDocument.options,
  'service-': [...service.options, 'none'],
  'sex-': personClaims.shape.sex.unwrap().shape.value.options,
  'source-': claimSource.options,
  'step-': visitStep.options,
  'turn-': phase.options,
  'use-': use.options,
  'warning-': [
    'other',
    'photo-not-shown',
    'personal-data-unreadable',
    'personal-data-not-the-certificates',
    'personal-data-unattested',
    'tax-codes-differ',
  ],
  'why-': [
    'other',
    'face-matches',
    'face-differs',
    'operator-decides',
    'seen-right',
    'seen-wrong',
    'eyes-do-not-prove',
    'second-operator-needed',
    'pin-known',
    'challenge-signed',
    'certificate-not-genuine',
    'certificate-malformed',
    'certificate-revoked',
    'not-yet-valid',
    'no-look-up',
    'challenge-answered',
    'no-national-application',
    'national-application-not-read',
    'key-missing',
    'key-not-listed',
    'number-not-listed',
    'signer-not-valid',
    'challenge-not-answered',
    'challenge-answer-wrong',
    'chip-not-read',
    'chip-authenticated',
    'actively-authenticated',
    'chip-authentication-failed',
    'active-authentication-failed',
  ],
  'confirm-issue-': ['title', 'text', 'confirm'],
  'confirm-reprint-': ['title', 'text', 'confirm', 'statement'],
  'confirm-print-again-': ['title', 'text', 'confirm'],
  'confirm-came-out-': ['title', 'text', 'confirm'],
  'confirm-not-out-': ['title', 'text', 'confirm', 'statement'],
};

const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(path.join(sources, name), 'utf8') }));

/** What no screen says of somebody or of his document: there are five answers, never one word. */
const oneWord = /\bverifi(?:ed|cat[oaie])\b/i;

describe('texts of the desk', () => {
  it('stand in English as in Italian, with the same values', () => {
    expect(compareCatalogues(italian, read('en.ftl'))).to.deep.equal({ missing: [], extra: [], otherVariables: [] });
  });

  it('exist for every word of the protocol that is shown', () => {
    const wanted = Object.entries(families).flatMap(([family, words]) => words.map((word) => `${family}${word}`));
    expect([...wanted, ...phraseKeys].filter((key) => !keys.has(key))).to.deep.equal([]);
  });

  it('exist for every key that the code names', () => {
    const used = files.flatMap(({ name, text }) =>
      [...text.matchAll(/['"`]([a-z]+(?:-[a-zA-Z0-9]+)+)['"`]/g)]
        .map(([, key = '']) => ({
          name,
          key,
          isText: new RegExp(`(?:text|textIn|page)\\([^)]*['"\`]${key}['"\`]`).test(text),
        }))
        .filter(({ isText }) => isText),
    );
    expect(used.length).to.be.greaterThan(50);
    expect(used.filter(({ key }) => !keys.has(key)).map(({ name, key }) => `${name}: ${key}`)).to.deep.equal([]);
  });

  it('are made of known families wherever a key is put together', () => {
    const made = files.flatMap(({ name, text }) =>
      [...text.matchAll(/(?:text\(|key = )`([a-z-]+-)\$\{/g)].map(([, family = '']) => ({ name, family })),
    );
    expect(made.length).to.be.greaterThan(20);
    expect(made.filter(({ family }) => !(family in families))).to.deep.equal([]);
  });

  it('are not Italian in the code', () => {
    const suspicious = files.filter(
      ({ name, text }) =>
        !name.startsWith('screens') && /\b(?:della?|questo|cittadino|postazione|visita|carta)\b/i.test(text),
    );
    expect(suspicious.map(({ name }) => name)).to.deep.equal([]);
  });

  it('never say one word for all the answers, in no language', () => {
    for (const word of ['Identità verificata.', 'Documento VERIFICATO', 'Verified']) expect(word).to.match(oneWord);
    for (const name of ['it.ftl', 'en.ftl']) {
      expect(read(name).split('\n').filter((line) => oneWord.test(line)), name).to.deep.equal([]);
    }
  });

  it('are all in use', () => {
    const all = files.map(({ text }) => text).join('\n');
    const inFamily = (key: string) => Object.keys(families).some((family) => key.startsWith(family));
    expect([...keys].filter((key) => !inFamily(key) && !all.includes(key))).to.deep.equal([]);
  });
});
