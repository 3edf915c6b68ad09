import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { CardImage } from './card-image.ts';
import { personalise } from './personalise.ts';
import { createVirtualCie } from './virtual-cie.ts';
import { JPEG_HEADER, quickAuthority, ROSSI } from './test/specimen.ts';
import { hex, runPace, send, startPace } from './test/terminal.ts';

const CAN = { can: ROSSI.card.can };

describe('PACE of the virtual CIE', () => {
  let image: CardImage;

  before(async () => {
    const authority = await quickAuthority();
    image = personalise(ROSSI, { authority, photo: JPEG_HEADER, issueDate: new Date('2022-01-01T00:00:00Z') });
  });

  const newCard = () => createVirtualCie(image, { random: randomBytes });

  it('opens with the CAN', () => {
    expect(runPace(newCard(), CAN)).to.be.an('object');
  });

  it('opens with the machine readable zone', () => {
    expect(runPace(newCard(), { mrzInformation: 'CA00000AA464123082212304' })).to.be.an('object');
  });

  it('answers 6300 to the token of a wrong CAN, and takes the right one after it', () => {
    const card = newCard();
    expect(runPace(card, { can: '123457' })).to.equal('6300');
    expect(runPace(card, { mrzInformation: 'CA00000AB464123082212304' })).to.equal('6300');
    expect(runPace(card, CAN)).to.be.an('object');
  });

  it('runs the second time with other keys', () => {
    const first = startPace(CAN);
    const nonces = [newCard(), newCard()].map((card) => {
      send(card, first.setTemplate);
      return send(card, first.getNonce);
    });
    expect(nonces[0]).not.to.equal(nonces[1]);
  });

  const OID = '800A04007F00070202040101';
  const templates: [name: string, apdu: string, answer: string][] = [
    ['the parameter id of the card', `0022C1A412${OID}830102840102`, '9000'],
    ['another parameter id', `0022C1A412${OID}830102840101`, '6A88'],
    ['the PIN', `0022C1A40F${OID}830103`, '6A88'],
    ['the PUK', `0022C1A40F${OID}830104`, '6A88'],
    ['another protocol', '0022C1A40F800A04007F00070202040202830102', '6A80'],
    ['no password', `0022C1A40C${OID}`, '6A80'],
    ['no protocol', '0022C1A403830102', '6A80'],
    ['an unknown object', `0022C1A412${OID}830102850102`, '6A80'],
    ['data that is no TLV', '0022C1A402800A', '6A80'],
    ['another P1', `002241A40F${OID}830102`, '6A86'],
    ['another P2', `0022C1A60F${OID}830102`, '6A86'],
  ];
  for (const [name, apdu, expected] of templates) {
    it(`answers ${expected} to MSE:SET AT with ${name}`, () => {
      expect(send(newCard(), apdu)).to.equal(expected);
    });
  }

  it('refuses MSE:SET AT while the application is selected', () => {
    const card = newCard();
    send(card, '00A4040C07A0000002471001');
    expect(send(card, startPace(CAN).setTemplate)).to.equal('6985');
  });

  // State by input: what each step of the terminal gets in each state of the chip.
  const steps = ['getNonce', 'map', 'agree', 'confirm'] as const;
  const states = ['idle', 'prepared', 'nonce', 'mapped', 'agreed', 'session'] as const;
  const accepted = {
    idle: undefined,
    prepared: 'getNonce',
    nonce: 'map',
    mapped: 'agree',
    agreed: 'confirm',
    session: undefined,
  };
  for (const state of states) {
    for (const input of steps) {
      it(`${accepted[state] === input ? 'takes' : 'refuses'} ${input} in state ${state}`, () => {
        const right = runSteps(state);
        const apdu = right.apdus[input];
        const answer = send(right.card, apdu);
        if (accepted[state] === input) {
          expect(answer).to.match(/^7C.*9000$/);
        } else {
          expect(answer).to.equal('6985');
          expect(send(right.card, right.apdus.getNonce), 'the run is over').to.equal('6985');
        }
      });
    }
  }

  /** Brings a card into a state and gives commands that are right in form for each step. */
  function runSteps(state: (typeof states)[number]) {
    const card = newCard();
    const pace = startPace(CAN);
    const number = `${'00'.repeat(255)}05`;
    const apdus = {
      getNonce: pace.getNonce,
      map: `108600000001087C82010481820100${number}0000`,
      agree: `108600000001087C82010483820100${number}0000`,
      confirm: '008600000C7C0A8508000000000000000000',
    };
    const depth = states.indexOf(state);
    const made = { getNonce: () => pace.getNonce, map: pace.map, agree: pace.agree, confirm: pace.confirm };
    let answer = depth > 0 ? send(card, pace.setTemplate) : '';
    for (const [index, step] of steps.slice(0, depth).entries()) {
      apdus[step] = made[step](answer);
      if (depth > index + 1) answer = send(card, apdus[step]);
    }
    return { card, apdus };
  }

  const zero = '00'.repeat(256);
  const keyFaults: [name: string, value: string][] = [
    ['zero', zero],
    ['one', `${'00'.repeat(255)}01`],
    ['all ones, above p', 'FF'.repeat(256)],
    ['one byte too short', '05'.repeat(255)],
    ['one byte too long', `00${'05'.repeat(256)}`],
  ];
  for (const [name, value] of keyFaults) {
    it(`refuses a mapping key that is ${name}`, () => {
      const card = newCard();
      const pace = startPace(CAN);
      send(card, pace.setTemplate);
      send(card, pace.getNonce);
      const length = (bytes: number) => bytes.toString(16).padStart(4, '0');
      const bytes = value.length / 2;
      const data = `7C82${length(bytes + 4)}8182${length(bytes)}${value}`;
      expect(send(card, `1086000000${length(bytes + 8)}${data}0000`)).to.equal('6300');
    });
  }

  it('refuses the own key sent back to it', () => {
    const chipKey = hex('05'.repeat(32));
    const card = createVirtualCie(image, { random: (bytes) => (bytes === 32 ? chipKey : randomBytes(bytes)) });
    const pace = startPace(CAN);
    const nonce = send(card, pace.setTemplate) && send(card, pace.getNonce);
    const echoed = send(card, pace.map(nonce)).slice(16, -4);
    send(card, pace.setTemplate);
    send(card, pace.getNonce);
    expect(send(card, `108600000001087C82010481820100${echoed}0000`)).to.equal('6300');
  });

  it('wants the chaining bit on all steps but the last', () => {
    const unchained = newCard();
    send(unchained, startPace(CAN).setTemplate);
    expect(send(unchained, '00860000027C0000')).to.equal('6985');
    const chained = newCard();
    const pace = startPace(CAN);
    let answer = send(chained, pace.setTemplate);
    for (const next of [() => pace.getNonce, pace.map, pace.agree]) answer = send(chained, next(answer));
    expect(send(chained, pace.confirm(answer).replace(/^00/, '10'))).to.equal('6883');
  });

  it('forgets a run that another command interrupts', () => {
    const card = newCard();
    const pace = startPace(CAN);
    send(card, pace.setTemplate);
    const nonce = send(card, pace.getNonce);
    expect(send(card, '00A4020C02011C')).to.equal('9000');
    expect(send(card, pace.map(nonce))).to.equal('6985');
  });

  it('refuses GENERAL AUTHENTICATE with other parameters, without Le or with data that is no TLV', () => {
    for (const [apdu, expected] of [
      ['10860100027C0000', '6A86'],
      ['10860000027C00', '6700'],
      ['10860000027C0500', '6A80'],
      ['10860000048000810000', '6A80'],
      ['10860000047C02990000', '6A80'],
    ] as const) {
      const card = newCard();
      send(card, startPace(CAN).setTemplate);
      expect(send(card, apdu), apdu).to.equal(expected);
    }
  });
});
