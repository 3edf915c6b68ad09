/**
 * Why a peer could not be brought up.
 * - `program-missing`: a Debian package is not installed; the message names it.
 * - `namespaces-forbidden`: this machine allows neither root nor user namespaces what the peer needs.
 * - `path-too-long`: the directory is too deep for a Unix socket (107 characters, unix(7)).
 * - `not-ready`: the program started but did not become ready in time.
 * - `ended`: the program ended by itself before it was ready.
 * - `unreadable`: a file given to the peer is not what the device could take.
 */
export type PeerErrorCode =
  | 'program-missing'
  | 'namespaces-forbidden'
  | 'path-too-long'
  | 'not-ready'
  | 'ended'
  | 'unreadable';

/** A peer could not do what was asked of it; the message is a plain sentence for whoever runs it. */
export class PeerError extends Error {
  override readonly name = 'PeerError';
  readonly code: PeerErrorCode;

  constructor(code: PeerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
