import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Preferences } from '../src/components/intent.ts';
import { openScreensPage } from '../tools/screens-page.ts';
import type { ScreensPage } from '../tools/screens-page.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ordinary: Preferences = { largeText: false, highContrast: false, reach: false };
const modes: readonly [string, 'it' | 'en', Preferences][] = [
  ['Italian', 'it', ordinary],
  ['English', 'en', ordinary],
  ['large text', 'it', { ...ordinary, largeText: true }],
  ['high contrast', 'it', { ...ordinary, highContrast: true }],
  ['reach mode', 'it', { ...ordinary, reach: true }],
  ['all three', 'en', { largeText: true, highContrast: true, reach: true }],
];
/** ui.md K40 on this screen: 20 mm at 4.0 px per mm, 3 mm between; K42: the lowest 45 % of 1920 px. */
const TARGET_PX = 80;
const GAP_PX = 12;
const REACH_TOP_PX = 1920 * 0.55;
const LEAST_TEXT_PX = 10.6 * 4;

/** Runs in the page: what is wrong with the layout of the screen that is shown, in sentences. */
function findFaults(limits: { target: number; gap: number; reachTop: number | undefined; text: number }): string[] {
  const faults: string[] = [];
  const elements: HTMLElement[] = [];
  const collect = (root: Document | ShadowRoot) => {
    for (const element of root.querySelectorAll<HTMLElement>('*')) {
      elements.push(element);
      if (element.shadowRoot) collect(element.shadowRoot);
    }
  };
  collect(document);
  const dialog = elements.find((element) => element instanceof HTMLDialogElement && element.open);
  const isShown = (element: HTMLElement) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const name = (element: HTMLElement) => `${element.localName} "${(element.textContent ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, 30)}"`;
  const buttons = elements.filter((element) => element instanceof HTMLButtonElement && isShown(element) && (!dialog || dialog.contains(element)));
  const boxes = buttons.map((button) => ({ button, box: button.getBoundingClientRect() }));
  for (const [index, { button, box }] of boxes.entries()) {
    if (box.width < limits.target || box.height < limits.target) faults.push(`${name(button)} is ${Math.round(box.width)} × ${Math.round(box.height)}`);
    if (box.left < 0 || box.right > innerWidth || box.top < 0 || box.bottom > innerHeight) faults.push(`${name(button)} leaves the screen`);
    if (limits.reachTop !== undefined && box.top < limits.reachTop) faults.push(`${name(button)} is at ${Math.round(box.top)}, out of reach`);
    // A line's box reaches a little over its letters; a quarter of a letter is no clipping.
    const letter = Number.parseFloat(getComputedStyle(button).fontSize);
    if (button.scrollWidth > button.clientWidth + 1 || button.scrollHeight > button.clientHeight + letter / 4) faults.push(`${name(button)} is clipped`);
    const texts = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      for (const word of (text.textContent ?? '').matchAll(/\S+/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) faults.push(`${name(button)} breaks "${word[0]}"`);
      }
    }
    for (const { button: other, box: next } of boxes.slice(index + 1)) {
      const across = Math.max(next.left - box.right, box.left - next.right);
      const down = Math.max(next.top - box.bottom, box.top - next.bottom);
      if (Math.max(across, down) < limits.gap - 0.5) faults.push(`${name(button)} and ${name(other)} are ${Math.round(Math.max(across, down))} apart`);
    }
  }
  for (const element of elements) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '');
    if (!hasText || !isShown(element) || element.closest('svg, .aside, style, script')) continue;
    const size = Number.parseFloat(getComputedStyle(element).fontSize);
    if (size < limits.text - 0.1) faults.push(`${name(element)} is written in ${size} px`);
    const box = element.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.left < -1) faults.push(`${name(element)} leaves the screen`);
  }
  for (const area of elements.filter((element) => element.localName === 'more-area' && isShown(element))) {
    const room = area.shadowRoot?.querySelector('.window')?.getBoundingClientRect().height ?? 0;
    if (room < 2.5 * Number.parseFloat(getComputedStyle(area).fontSize)) faults.push(`there is little room to read, ${Math.round(room)} px`);
  }
  return faults;
}

/** Runs in the page: every text 40 % longer, as another language may be (ui.md K46). */
function lengthen(): void {
  const walk = (root: Document | ShadowRoot) => {
    for (const element of root.querySelectorAll<HTMLElement>('*')) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if (element.closest('svg, style, script')) continue;
      for (const node of element.childNodes) {
        const text = node.nodeType === Node.TEXT_NODE ? (node.textContent ?? '') : '';
        const words = text.trim().split(/\s+/);
        if (text.trim().length < 2) continue;
        node.textContent = `${text.trimEnd()} ${words.join(' ').slice(0, Math.ceil(text.trim().length * 0.4) - 1)} `;
      }
    }
  };
  walk(document);
}

/** Faults in lines, each once with the screens that have it. */
function told(faults: readonly string[]): string {
  const screens = Map.groupBy(faults, (fault) => fault.slice(fault.indexOf(': ') + 2));
  return [...screens].map(([fault, where]) => `${fault} (${[...new Set(where.map((one) => one.split(': ')[0]))].join(', ')})`).join('\n');
}

describe('the screens', function () {
  this.timeout(240_000);
  let screens: ScreensPage;
  let names: readonly string[];

  before(async () => {
    screens = await openScreensPage();
    names = await screens.page.evaluate<string[]>('screenNames');
    await screens.page.evaluate(axe);
  });
  after(async () => screens?.[Symbol.asyncDispose]());

  const show = async (name: string, language: 'it' | 'en', preferences: Preferences) => {
    await screens.page.evaluate(`showScreen(${JSON.stringify(name)}, ${JSON.stringify(language)}, ${JSON.stringify(preferences)})`);
    // Two frames: one to draw, one for the areas that measure themselves.
    await screens.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(drawn)))));
  };

  for (const [mode, language, preferences] of modes) {
    it(`have large keys, apart and whole, within reach (${mode})`, async () => {
      const faults: string[] = [];
      for (const name of names) {
        await show(name, language, preferences);
        const limits = { target: TARGET_PX, gap: GAP_PX, reachTop: preferences.reach ? REACH_TOP_PX : undefined, text: LEAST_TEXT_PX };
        faults.push(...(await screens.page.evaluate(findFaults, limits)).map((fault) => `${name}: ${fault}`));
      }
      expect(told(faults)).to.equal('');
    });
  }

  it('hold texts that are 40 % longer', async () => {
    const faults: string[] = [];
    for (const name of names) {
      await show(name, 'it', ordinary);
      await screens.page.evaluate(lengthen);
      await screens.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(drawn)))));
      const limits = { target: TARGET_PX, gap: GAP_PX, reachTop: undefined, text: LEAST_TEXT_PX };
      faults.push(...(await screens.page.evaluate(findFaults, limits)).map((fault) => `${name}: ${fault}`));
      await screens.page.reload();
      await screens.page.evaluate(axe);
    }
    expect(told(faults)).to.equal('');
  });

  for (const [mode, language, preferences] of modes.filter(([mode]) => ['Italian', 'high contrast'].includes(mode))) {
    it(`pass axe (${mode})`, async () => {
      const violations: string[] = [];
      for (const name of names) {
        await show(name, language, preferences);
        const found = await screens.page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
          `axe.run(document, { rules: { 'color-contrast-enhanced': { enabled: ${preferences.highContrast} } }, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations)`,
        );
        violations.push(...found.map(({ id, nodes }) => `${name}: ${id} ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`));
      }
      expect(told(violations)).to.equal('');
    });
  }

  it('keep back, a person and end at one place and in one order, and ask one question with few answers', async () => {
    const places = new Set<string>();
    for (const name of names.filter((name) => !/^(idle|call-text|printing)/.test(name))) {
      await show(name, 'it', ordinary);
      const [keys, answers] = await screens.page.evaluate(() => {
        const shell = document.querySelector('kiosk-shell')?.shadowRoot;
        const step = shell?.querySelector('main > :not(.notice)')?.shadowRoot;
        const spots = [...(shell?.querySelectorAll('nav button') ?? [])].map((key) => {
          const { left, top, width, height } = key.getBoundingClientRect();
          return `${(key.textContent ?? '').replaceAll(/\s+/g, ' ').trim()} ${[left, top, width, height].map(Math.round).join(' ')}`;
        });
        return [spots.join(', '), step?.querySelectorAll('.controls > button').length ?? 0] as const;
      });
      places.add(keys);
      expect(answers, name).to.be.at.most(6);
    }
    expect([...places]).to.have.length(1);
    expect([...places][0]).to.match(/^Indietro .*, Una persona, per favore .*, Fine /);
  });

  it('put the focus on the heading of each step', async () => {
    await show('audience', 'it', ordinary);
    await screens.page.locator('step-audience button').first().click();
    await screens.page.locator('step-service').waitFor();
    const focused = await screens.page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.localName;
    });
    expect(focused).to.equal('h1');
    expect(await screens.page.locator('step-service').count()).to.equal(1);
  });

  it('say how many figures are missing when the number is sent too soon', async () => {
    await show('access-number', 'it', ordinary);
    const key = (name: string) => screens.page.getByRole('button', { name, exact: true });
    for (const figure of ['4', '2']) await key(figure).click();
    await key('Avanti').click();
    await screens.page.getByRole('alert').getByText('Mancano ancora 4 cifre.').waitFor();
    expect(await screens.page.locator('step-access-number').count()).to.equal(1);
    for (const figure of ['1', '3', '5', '7']) await key(figure).click();
    expect(await screens.page.getByRole('alert').count()).to.equal(0);
  });

  it('write every sign of everyday Italian', async () => {
    await show('call-text', 'it', ordinary);
    const keys = await screens.page.locator('text-panel .row button').allTextContents();
    expect(keys.map((key) => key.trim())).to.include.members([..."abcdefghijklmnopqrstuvwxyzàèéìòù0123456789'?,."]);
  });

  it('show the end of what the operator is writing, and the whole face beside the keyboard', async () => {
    await show('call-captions', 'it', { ...ordinary, largeText: true });
    const end = await screens.page.locator('call-panel .said').evaluate((said) => {
      const words = said.firstElementChild?.getBoundingClientRect();
      return words && Math.abs(words.bottom - said.getBoundingClientRect().bottom);
    });
    expect(end).to.be.below(2);
    await show('call-text', 'it', ordinary);
    expect(await screens.page.locator('video.face').evaluate((face) => getComputedStyle(face).objectFit)).to.equal('contain');
  });

  it('act on release inside a key, once for a double tap or a key held down, and know no context menu', async () => {
    const { page } = screens;
    const centre = async (name: string) => {
      const box = await page.getByRole('button', { name }).boundingBox();
      if (!box) throw new Error(`There is no key ${name} on this screen.`);
      return [box.x + box.width / 2, box.y + box.height / 2] as const;
    };
    await show('duty', 'it', ordinary);
    await page.mouse.move(...(await centre('Ho la marca da bollo')));
    await page.mouse.down();
    expect(await page.locator('step-duty').count()).to.equal(1);
    await page.mouse.move(540, 300);
    await page.mouse.up();
    expect(await page.locator('step-duty').count()).to.equal(1);

    // In reach mode the question comes under the finger that touched "Fine".
    await show('duty', 'it', { ...ordinary, reach: true });
    const end = await centre('Fine');
    await page.touchscreen.tap(...end);
    await page.touchscreen.tap(...end);
    await page.getByRole('heading', { name: 'Vuole finire?' }).waitFor();
    expect(await page.locator('step-goodbye').count()).to.equal(0);

    await show('idle', 'it', ordinary);
    await show('audience', 'it', ordinary);
    await page.getByRole('button', { name: /^Un privato/ }).focus();
    await page.keyboard.down('Enter');
    await page.locator('step-service').waitFor();
    await page.getByRole('button', { name: 'Certificato di residenza' }).focus();
    for (let repeat = 0; repeat < 3; repeat += 1) await page.keyboard.down('Enter');
    expect(await page.locator('step-service').count()).to.equal(1);
    await page.keyboard.up('Enter');

    const isPrevented = await page.evaluate(() => ['contextmenu', 'dragstart', 'selectstart'].map((name) => !document.body.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }))));
    expect(isPrevented).to.deep.equal([true, true, true]);
    expect(await page.evaluate(() => [getComputedStyle(document.body).touchAction, getComputedStyle(document.body).userSelect])).to.deep.equal(['none', 'none']);
  });

  it('ask nothing of another origin and break no rule of the page', () => expect(screens.complaints).to.deep.equal([]));
});
