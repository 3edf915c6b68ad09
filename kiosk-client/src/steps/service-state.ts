import { html } from 'lit';
import { restingCounter } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import '../components/opening-hours.ts';
import { StepElement } from './step-element.ts';

/** The kiosk cannot serve: what is the matter, and where else to go (ui.md K66). */
class ServiceState extends StepElement {
  protected override render() {
    const { condition, duty } = this.view;
    return this.layout(
      html`<div class="story words">
        ${this.heading(this.t.text(`condition-${condition}-title`))}
        <p class="note with-icon">${icon(condition === 'starting' ? 'clock' : 'alert')} <span>${this.t.text(`condition-${condition}`)}</span></p>
        ${condition === 'starting' ? '' : html`<div class="picture extra">${restingCounter()}</div>`}
        ${condition === 'starting' || condition === 'replaced'
          ? ''
          : duty
            ? html`<opening-hours .duty=${duty} alternatives stale></opening-hours>`
            : html`<p>${this.t.text('condition-elsewhere')}</p>`}
      </div>`,
      '',
    );
  }
}
customElements.define('service-state', ServiceState);
