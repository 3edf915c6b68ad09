import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { operatorId } from '@videosportello/protocol/ids.ts';
import { refusalOf } from '../../testing/talk.ts';
import { createOperatorDirectory, operatorsFile } from '../operator/operator-directory.ts';
import { createViewerCheck } from './viewer-check.ts';

const person = { displayName: 'Ines', skills: [], languages: ['it'] };
const entry = (subject: string, roles?: object[]) => ({ ...person, match: { subject }, ...(roles ? { roles } : {}) });
const supervisor = (from: string, to: string | null) => ({ role: 'supervisor', from, to });
const directory = createOperatorDirectory(
  operatorsFile.parse({
    operators: [
      entry('ines', [supervisor('2026-03-01', '2026-03-31'), supervisor('2026-06-01', null)]),
      entry('marta'),
    ],
  }),
  'issuer',
);
const idOf = (sub: string) => directory.find({ sub, emailVerified: false })?.operatorId ?? operatorId.parse(`op_${'0'.repeat(24)}`);

describe('who may see the queue as a whole', () => {
  const asked = (cookie: string | undefined, today: string, isSignedOut: () => Promise<boolean> = async () => false) =>
    refusalOf(
      createViewerCheck({
        sessions: { read: (header) => (header === undefined ? undefined : { signIn: 'a'.repeat(24), operatorId: idOf(header), endsAtMs: 1 }) },
        directory,
        operators: { isSignedOut },
        today: () => today,
      })(cookie),
    );

  it('is a supervisor, on the days that his role has', async () => {
    const rows = [
      ['ines', '2026-02-28', 'not-allowed'],
      ['ines', '2026-03-01', 'none'],
      ['ines', '2026-03-31', 'none'],
      ['ines', '2026-04-01', 'not-allowed'],
      ['ines', '2026-06-01', 'none'],
      ['ines', '2031-01-01', 'none'],
      ['marta', '2026-06-01', 'not-allowed'],
      ['nobody known', '2026-06-01', 'signed-out'],
      [undefined, '2026-06-01', 'signed-out'],
    ] as const;
    for (const [who, day, outcome] of rows) expect(await asked(who, day), `${who} ${day}`).to.equal(outcome);
  });

  it('is nobody whose sign-in was signed out, and nobody while that cannot be known', async () => {
    expect(await asked('ines', '2026-06-01', async () => true)).to.equal('signed-out');
    const away = () => Promise.reject(new ProtocolError('store-unavailable'));
    expect(await asked('ines', '2026-06-01', away)).to.equal('store-unavailable');
  });

  it('has no role that ends before it begins, nor one of another name', () => {
    for (const wrong of [supervisor('2026-03-02', '2026-03-01'), { ...supervisor('2026-03-01', null), role: 'mayor' }]) {
      expect(operatorsFile.safeParse({ operators: [entry('ines', [wrong])] }).success).to.equal(false);
    }
  });
});
