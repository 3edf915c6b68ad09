import { html } from 'lit';
import type { TemplateResult } from 'lit';
import '../steps/service-state.ts';
import '../steps/step-access-number.ts';
import '../steps/step-card-result.ts';
import '../steps/step-card.ts';
import '../steps/step-choices.ts';
import '../steps/step-goodbye.ts';
import '../steps/step-idle.ts';
import '../steps/step-kept.ts';
import '../steps/step-person.ts';
import '../steps/step-pin.ts';
import '../steps/step-printing.ts';
import '../steps/step-privacy.ts';
import '../steps/step-reading.ts';
import '../steps/step-returning.ts';
import '../steps/step-review.ts';
import '../steps/step-scan.ts';
import type { KioskView } from './kiosk-view.ts';

/** The element of the present step. */
export function stepTemplate(view: KioskView): TemplateResult {
  if (view.condition !== 'ready' && view.visit.stage !== 'leaving' && view.visit.stage !== 'wiping') return html`<service-state .view=${view}></service-state>`;
  switch (view.visit.stage) {
    case 'idle':
    case 'opening':
      return html`<step-idle .view=${view}></step-idle>`;
    case 'returning':
      return html`<step-returning .view=${view}></step-returning>`;
    case 'leaving':
    case 'wiping':
      if (view.visit.kept && !view.visit.leaving?.readable) return html`<step-kept .view=${view}></step-kept>`;
      return html`<step-goodbye .view=${view}></step-goodbye>`;
    case 'visiting':
      return visitTemplate(view);
  }
}

function visitTemplate(view: KioskView): TemplateResult {
  if (view.visit.scan) return html`<step-scan .view=${view}></step-scan>`;
  if (view.visit.signature && view.visit.step === 'reading') return html`<step-pin .view=${view}></step-pin>`;
  switch (view.visit.step) {
    case 'audience':
      return html`<step-audience .view=${view}></step-audience>`;
    case 'self-declaration':
      return html`<step-self-declaration .view=${view}></step-self-declaration>`;
    case 'service':
      return html`<step-service .view=${view}></step-service>`;
    case 'duty':
      return html`<step-duty .view=${view}></step-duty>`;
    case 'privacy':
      return html`<step-privacy .view=${view}></step-privacy>`;
    case 'card':
      return html`<step-card .view=${view}></step-card>`;
    case 'access-number':
      return html`<step-access-number .view=${view}></step-access-number>`;
    case 'reading':
      return html`<step-reading .view=${view}></step-reading>`;
    case 'card-result':
      return html`<step-card-result .view=${view}></step-card-result>`;
    case 'person':
      return html`<step-person .view=${view}></step-person>`;
    case 'review':
      return html`<step-review .view=${view}></step-review>`;
    case 'printing':
      return html`<step-printing .view=${view}></step-printing>`;
    case 'goodbye':
      return html`<step-goodbye .view=${view}></step-goodbye>`;
  }
}
