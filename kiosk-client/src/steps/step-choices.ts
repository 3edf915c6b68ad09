import { html } from 'lit';
import { counter, dutyMark, paperTo, signedPaper } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import type { IconName } from '../components/icons.ts';
import { dutyEuro, dutyExamples } from '../i18n/duty-words.ts';
import { translator } from '../i18n/translations.ts';
import type { VisitEvent } from '../visit/visit-state.ts';
import { StepElement } from './step-element.ts';

/** One question and a few answers, each one touch. */
abstract class ChoiceStep extends StepElement {
  protected choice(name: IconName, text: string, event: VisitEvent) {
    return html`<button type="button" class="choice" @click=${() => this.send(event)}>${icon(name)} <span>${text}</span></button>`;
  }
}

/** Who is the paper for? A public office gets a self-declaration instead (DPR 445/2000, art. 40). */
class StepAudience extends ChoiceStep {
  protected override render() {
    return this.layout(
      html`<div class="story">${this.heading(this.t.text('audience-title'))}<p>${this.t.text('audience-text')}</p><div class="picture">${paperTo()}</div></div>`,
      html`
        ${this.choice('person', this.t.text('audience-private'), { type: 'audience', audience: 'private' })}
        ${this.choice('building', this.t.text('audience-public-office'), { type: 'audience', audience: 'public-office' })}
        ${this.choice('question', this.t.text('audience-unsure'), { type: 'person-wanted' })}
      `,
    );
  }
}
customElements.define('step-audience', StepAudience);

/** What is needed? */
class StepService extends ChoiceStep {
  protected override render() {
    return this.layout(
      html`<div class="story">${this.heading(this.t.text('service-title'))}<p>${this.t.text('service-text')}</p><div class="picture">${counter()}</div></div>`,
      html`
        ${this.choice('home', this.t.text('service-residence'), { type: 'service', service: 'residence-certificate' })}
        ${this.choice('paper', this.t.text('service-other'), { type: 'service', service: 'other-certificate' })}
        ${this.choice('info', this.t.text('service-information'), { type: 'service', service: 'information' })}
      `,
    );
  }
}
customElements.define('step-service', StepService);

/** Stamp duty: said now, before anything is asked of the citizen (DPR 642/1972). */
class StepDuty extends ChoiceStep {
  protected override render() {
    const { stampDuty } = this.view;
    const { language } = translator;
    if (stampDuty === null) {
      return this.layout(
        html`<div class="story">
          ${this.heading(this.t.text('duty-title-none'))}
          <p>${this.t.text('duty-text-none')}</p>
          <div class="picture">${paperTo()}</div>
        </div>`,
        html`<button type="button" class="primary" @click=${() => this.send({ type: 'duty', duty: 'exempt' })}>${this.t.text('next')} ${icon('next')}</button>`,
      );
    }
    const uses = stampDuty && dutyExamples(stampDuty, language, (code) => this.t.text(`duty-exempt-use-${code}`));
    return this.layout(
      html`<div class="story">
        ${this.heading(stampDuty ? this.t.text('duty-title', { euro: dutyEuro(stampDuty, language) }) : this.t.text('duty-title-unknown'))}
        <p>${this.t.text('duty-text')}</p>
        <p>${uses === undefined ? this.t.text('duty-exempt-text-plain') : this.t.text('duty-exempt-text', { uses })}</p>
        <div class="picture">${dutyMark()}</div>
        <p class="note">${this.t.text('duty-no-mark')}</p>
      </div>`,
      html`
        ${this.choice('stamp', this.t.text('duty-mark'), { type: 'duty', duty: 'mark' })}
        ${this.choice('free', this.t.text('duty-exempt'), { type: 'duty', duty: 'exempt' })}
        ${this.choice('question', this.t.text('duty-unsure'), { type: 'person-wanted' })}
      `,
    );
  }
}
customElements.define('step-duty', StepDuty);

/** A public office may not ask for the certificate: what to do instead. */
class StepSelfDeclaration extends ChoiceStep {
  protected override render() {
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text('self-declaration-title'))}
        <p>${this.t.text('self-declaration-text')}</p>
        <p class="note good">${this.t.text('self-declaration-how')}</p>
        <div class="picture extra">${signedPaper()}</div>
        <p>${this.t.text('self-declaration-free')}</p>
        <p>${this.t.text('self-declaration-refused')}</p>
      </div>`,
      html`
        ${this.choice('headset', this.t.text('self-declaration-person'), { type: 'person-wanted' })}
        ${this.choice('person', this.t.text('self-declaration-private'), { type: 'audience', audience: 'private' })}
        ${this.choice('end', this.t.text('self-declaration-done'), { type: 'end' })}
      `,
    );
  }
}
customElements.define('step-self-declaration', StepSelfDeclaration);
