import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PeerError } from './peer-error.ts';
import { findProgram } from './peer-process.ts';

const run = promisify(execFile);

/** How to make a private mount and network namespace on this machine, and how to enter it again. */
export interface PrivateNamespace {
  /** Prefix of the command that makes the namespaces and becomes what follows. */
  readonly make: readonly [string, ...string[]];
  /** Prefix of the command that enters the namespaces of process `pid` and becomes what follows. */
  enter(pid: number): readonly [string, ...string[]];
}

/**
 * Looks for a way that works here: as root directly, else through a user namespace in which we are root
 * (user_namespaces(7)).
 * @throws {PeerError} `namespaces-forbidden` when the machine allows neither.
 */
export async function findPrivateNamespace(): Promise<PrivateNamespace> {
  const unshare = findProgram('unshare', 'util-linux');
  const nsenter = findProgram('nsenter', 'util-linux');
  const asRoot: PrivateNamespace = {
    make: [unshare, '--mount', '--net'],
    enter: (pid) => [nsenter, '--mount', '--net', '--target', String(pid)],
  };
  const asUser: PrivateNamespace = {
    make: [unshare, '--user', '--map-root-user', '--mount', '--net'],
    enter: (pid) => [nsenter, '--user', '--preserve-credentials', '--mount', '--net', '--target', String(pid)],
  };
  for (const namespace of process.getuid?.() === 0 ? [asRoot, asUser] : [asUser]) {
    const [program, ...args] = namespace.make;
    try {
      await run(program, [...args, 'true'], { timeout: 5_000 });
      return namespace;
    } catch {
      // Not allowed this way: the next one may be.
    }
  }
  throw new PeerError(
    'namespaces-forbidden',
    'this machine allows no private namespaces (neither as root nor by user namespaces); ' +
      'allow them with: sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000',
  );
}
