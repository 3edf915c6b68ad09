import { expect } from 'chai';
import { TranslationController } from './translation-controller.ts';
import { createTranslator } from './translator.ts';

describe('the translation controller', () => {
  const make = () => {
    const translator = createTranslator({ catalogues: { it: 'key = Avanti', en: 'key = Next' }, source: 'it' });
    let redrawn = 0;
    const host = { addController: () => {}, removeController: () => {}, requestUpdate: () => void (redrawn += 1), updateComplete: Promise.resolve(true) };
    return { translator, controller: new TranslationController(host, translator), redrawn: () => redrawn };
  };

  it('redraws its element in the new language, and not one that has left the page', () => {
    const { translator, controller, redrawn } = make();
    controller.hostConnected();
    translator.setLanguage('en');
    expect([redrawn(), controller.text('key')]).to.deep.equal([1, 'Next']);
    controller.hostDisconnected();
    translator.setLanguage('it');
    expect(redrawn()).to.equal(1);
  });

  it('redraws an element that comes back after the language changed, and no other', () => {
    const { translator, controller, redrawn } = make();
    controller.hostConnected();
    controller.hostDisconnected();
    controller.hostConnected();
    expect(redrawn()).to.equal(0);
    controller.hostDisconnected();
    translator.setLanguage('en');
    controller.hostConnected();
    expect(redrawn()).to.equal(1);
  });
});
