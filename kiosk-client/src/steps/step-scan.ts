import { html } from 'lit';
import { sheetInScanner } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import { errorKey } from '../i18n/error-key.ts';
import type { ScanState } from '../visit/visit-state.ts';
import { StepElement } from './step-element.ts';

/** "Put the sheet in the scanner": asked by the operator, scanned at a touch, in front of whatever step there was. */
class StepScan extends StepElement {
  protected override render() {
    const { scan, person } = this.view.visit;
    if (!scan) return '';
    const phase = this.#isScannerOut && scan.phase !== 'running' ? 'out' : scan.phase;
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text(`scan-${phase}-title`))}
        ${scan.failure && phase === 'failed' ? html`<p class="note bad" role="alert">${this.t.text(errorKey(scan.failure))}</p>` : ''}
        ${phase === 'failed'
          ? ''
          : html`<p class=${phase === 'sent' ? 'note good with-icon' : phase === 'out' ? 'note bad' : ''} role="status">
              ${phase === 'sent' ? icon('check') : ''} <span>${this.t.text(`scan-${phase}`)}</span>
            </p>`}
        <div class="picture">${sheetInScanner()}</div>
      </div>`,
      phase === 'running' ? '' : html`${phase === 'out' ? '' : this.#scanKeys(scan)} ${person.kind === 'with' ? '' : this.#personKey()}`,
    );
  }

  get #isScannerOut(): boolean {
    const device = this.view.devices?.scanner.device;
    return device === 'offline' || device === 'noDevice';
  }

  #scanKeys({ phase, side }: ScanState) {
    const scanned = (of: ScanState['side']) => this.send({ type: 'scan', side: of });
    if (phase !== 'sent') {
      return html`<button type="button" class="primary" @click=${() => scanned(side)}>
        ${icon('paper')} ${this.t.text(phase === 'failed' ? 'scan-again' : 'scan-now')}
      </button>`;
    }
    return html`
      ${side === 'front'
        ? html`<button type="button" class="choice" @click=${() => scanned('back')}>${icon('paper')} <span>${this.t.text('scan-back')}</span></button>`
        : ''}
      <button type="button" class="primary" @click=${() => this.send({ type: 'scan-done' })}>${icon('check')} ${this.t.text('scan-finished')}</button>
    `;
  }

  #personKey() {
    return html`<button type="button" class="choice" @click=${() => this.send({ type: 'person-wanted' })}>
      ${icon('headset')} <span>${this.t.text('person-call')}</span>
    </button>`;
  }
}
customElements.define('step-scan', StepScan);
