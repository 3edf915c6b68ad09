import { html, LitElement } from 'lit';
import type { CSSResultGroup, PropertyDeclarations, TemplateResult } from 'lit';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import type { KioskView } from '../app/kiosk-view.ts';
import { emit } from '../components/intent.ts';
import '../components/more-area.ts';
import { shared, stepStyles } from '../components/styles.ts';
import { translator } from '../i18n/translations.ts';
import type { VisitEvent } from '../visit/visit-state.ts';

/** One step of the visit: draws the view it is given, says what was touched, and puts the focus on its heading when it comes. */
export abstract class StepElement extends LitElement {
  static override properties: PropertyDeclarations = { view: { attribute: false } };
  static override styles: CSSResultGroup = [shared, stepStyles];
  declare view: KioskView;
  protected readonly t = new TranslationController(this, translator);

  protected send(event: VisitEvent): void {
    emit(this, { kind: 'visit', event });
  }

  /** What is to be read above, what is to be touched below. */
  protected layout(lead: TemplateResult, controls: unknown): TemplateResult {
    return html`
      <div class="lead"><more-area>${lead}</more-area></div>
      <div class="controls">${controls}</div>
    `;
  }

  protected heading(text: string): TemplateResult {
    return html`<h1 tabindex="-1">${text}</h1>`;
  }

  protected override firstUpdated(): void {
    // The heading is on screen, and can take the focus, once the area around it has been drawn.
    const area = this.renderRoot.querySelector<LitElement>('more-area');
    void area?.updateComplete.then(() => this.renderRoot.querySelector('h1')?.focus({ preventScroll: true }));
  }
}
