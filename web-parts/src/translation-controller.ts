import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Translator } from './translator.ts';

/** Redraws its element whenever the language changes, also when it changed while the element was out of the page. */
export class TranslationController<Language extends string> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #translator: Translator<Language>;
  #end: (() => void) | undefined;
  #language: Language | undefined;

  constructor(host: ReactiveControllerHost, translator: Translator<Language>) {
    this.#host = host;
    this.#translator = translator;
    host.addController(this);
  }

  /** As {@link Translator.text}. */
  text(...args: Parameters<Translator<Language>['text']>): string {
    return this.#translator.text(...args);
  }

  hostConnected(): void {
    this.#end = this.#translator.subscribe(() => this.#host.requestUpdate());
    if (this.#language !== undefined && this.#language !== this.#translator.language) this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#end?.();
    this.#language = this.#translator.language;
  }
}
