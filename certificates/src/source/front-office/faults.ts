/** Why a question to the front office had no answer; a closed list, for the log and for tests. */
export const FRONT_OFFICE_FAULTS = {
  /** No connection, or one that broke. */
  unreachable: { isRetried: true },
  /** No answer in the time of an attempt. */
  'timed-out': { isRetried: true },
  /** 429 or 503: it asks to be left alone for a while. */
  overloaded: { isRetried: true },
  /** 500, 502, 504. */
  failed: { isRetried: true },
  /** Its certificate is not of the authority given, or not for its name. */
  untrusted: { isRetried: false },
  /** Our token cannot be read, or is none. */
  'no-credential': { isRetried: false },
  /** 401 or 403: it does not take our token or certificate. */
  unauthorized: { isRetried: false },
  /** Any other status, also a redirection, which is never followed. */
  'unexpected-status': { isRetried: false },
  /** Longer than an answer can be. */
  'too-large': { isRetried: false },
  /** No JSON, or not in the shape of the contract. */
  'not-in-contract': { isRetried: false },
  /** Right in form, and about another person, kind or day. */
  'wrong-answer': { isRetried: false },
  /** Invented people where real ones are expected, or the other way round. */
  'specimen-mixed': { isRetried: false },
} as const;
export type FrontOfficeFaultCode = keyof typeof FRONT_OFFICE_FAULTS;

/** One attempt that failed. Carries no content of question or answer. */
export class FrontOfficeFault extends Error {
  override readonly name = 'FrontOfficeFault';
  readonly code: FrontOfficeFaultCode;
  /** How long it asks to be left alone; null when it does not say. */
  readonly retryAfterMs: number | null;

  constructor(code: FrontOfficeFaultCode, retryAfterMs: number | null = null) {
    super(`The front office gave no answer: ${code}.`);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The settings of the front office cannot be worked with. */
export class FrontOfficeConfigError extends Error {
  override readonly name = 'FrontOfficeConfigError';
  readonly code: 'url-invalid' | 'url-not-secure' | 'credential-missing' | 'credential-unreadable';

  constructor(code: FrontOfficeConfigError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
