// One at a time, across processes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetUpError } from './set-up-error.mjs';

const saysWhoItWaitsForAfter = 500;

/**
 * Does something while no other process does anything under the same lock file.
 *
 * The lock is the kernel's (flock), held by a child whose stdin is ours: when this process dies in whatever way, the child
 * ends and the lock is free. The file holds the owner's process id, for people only.
 *
 * @template Result
 * @param {string} file the lock file; made when missing, never removed
 * @param {(owner: string) => void} onWait called once when another process has the lock, with its process id
 * @param {() => Promise<Result>} action
 * @returns {Promise<Result>} what the action returns
 */
export async function exclusively(file, onWait, action) {
  mkdirSync(path.dirname(file), { recursive: true });
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve, reject) => {
    holder.once('error', (error) => reject(new SetUpError(`"flock" cannot be started: ${error.message}`)));
    holder.once('exit', resolve);
  });
  const waiting = setTimeout(() => onWait(readFileSync(file, 'utf8').trim()), saysWhoItWaitsForAfter);
  const taken = await Promise.race([once(holder.stdout, 'data').then(() => true), ended.then(() => false)]);
  clearTimeout(waiting);
  if (!taken) {
    throw new SetUpError(`The lock ${file} cannot be taken.`);
  }
  writeFileSync(file, `${process.pid}\n`);
  try {
    return await action();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
