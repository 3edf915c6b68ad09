import { connect } from 'node:net';
import { PeerError } from './peer-error.ts';

/** Longest path of a Unix socket, in bytes (unix(7): 108 with the closing zero). */
const PATH_MAX = 107;

/** @throws {PeerError} `path-too-long` when no socket can be made at `path`. */
export function checkSocketPath(path: string): void {
  if (Buffer.byteLength(path) > PATH_MAX) {
    throw new PeerError('path-too-long', `the path is too long for a Unix socket (${PATH_MAX} bytes): ${path}`);
  }
}

/** Whether something accepts connections on a Unix socket. */
export function answersAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
