import { expect } from 'chai';
import { createCutDetector } from './cut-watch.ts';

describe('the cut detector', () => {
  /** Steps: `p` packets and a picture, `v` packets only, `.` nothing. Answers the steps at which it called, from 1. */
  const calls = (steps: string): number[] => {
    const detector = createCutDetector();
    let [packets, pictures] = [0, 0];
    return [...steps].flatMap((step, index) => {
      if (step !== '.') packets += 10;
      if (step === 'p') pictures += 3;
      return detector.check({ packets, pictures }) ? [index + 1] : [];
    });
  };

  it('is quiet while pictures come', () => expect(calls('pppppppp')).to.deep.equal([]));
  it('is quiet before the first picture', () => expect(calls('vvvvvv......vvvvvv')).to.deep.equal([]));
  it('calls when the line is back and the picture is not', () => expect(calls('ppp.......vvv')).to.deep.equal([12]));
  it('is quiet when the picture comes back by itself', () => expect(calls('ppp.......vppppppppppvvv')).to.deep.equal([]));
  it('calls when a last picture was shown before it stopped', () => expect(calls('ppp.......pvv')).to.deep.equal([13]));
  it('leaves a short silence and a slow picture to the browser', () => expect(calls('ppp....vvvvvvvv')).to.deep.equal([]));
  it('calls once per cut', () => expect(calls('pp......vvvvvvpp......vv')).to.deep.equal([10, 24]));
});
