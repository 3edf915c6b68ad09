/** Numbers of the Internet Printing Protocol, with the clause each comes from. */

/** IPP version 1.1, which every printer speaks (RFC 8011, 4.1.8). */
export const IPP_VERSION = 0x0101;

/** Delimiter tags (RFC 8010, 3.5.1). */
export const GroupTag = { operation: 0x01, job: 0x02, end: 0x03, printer: 0x04, unsupported: 0x05 } as const;

/** Value tags (RFC 8010, 3.5.2). */
export const ValueTag = {
  integer: 0x21,
  boolean: 0x22,
  enum: 0x23,
  octetString: 0x30,
  dateTime: 0x31,
  resolution: 0x32,
  rangeOfInteger: 0x33,
  begCollection: 0x34,
  textWithLanguage: 0x35,
  nameWithLanguage: 0x36,
  endCollection: 0x37,
  textWithoutLanguage: 0x41,
  nameWithoutLanguage: 0x42,
  keyword: 0x44,
  uri: 0x45,
  uriScheme: 0x46,
  charset: 0x47,
  naturalLanguage: 0x48,
  mimeMediaType: 0x49,
  memberAttrName: 0x4a,
} as const;

/** Operations (RFC 8011, 5.4.15). */
export const Operation = {
  printJob: 0x0002,
  cancelJob: 0x0008,
  getJobAttributes: 0x0009,
  getJobs: 0x000a,
  getPrinterAttributes: 0x000b,
} as const;

/** Status codes told apart (RFC 8011, appendix B); 0x0000 to 0x00ff are successes. */
export const Status = {
  successMax: 0x00ff,
  clientErrorNotFound: 0x0406,
  clientErrorGone: 0x0407,
  serverErrorBusy: 0x0507,
} as const;

/** job-state (RFC 8011, 5.3.7). */
export const JobState = {
  pending: 3,
  pendingHeld: 4,
  processing: 5,
  processingStopped: 6,
  canceled: 7,
  aborted: 8,
  completed: 9,
} as const;

/** printer-state (RFC 8011, 5.4.11). */
export const PrinterState = { idle: 3, processing: 4, stopped: 5 } as const;
