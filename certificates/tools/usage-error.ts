/** The user asked for something a tool does not have; the message says what, the usage follows. */
export class UsageError extends Error {}
