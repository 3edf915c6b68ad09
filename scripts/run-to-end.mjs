import { spawn } from 'node:child_process';
import os from 'node:os';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program in our place: its input and output are ours, signals sent to us reach it, and its end is our end.
 *
 * @param {string} program
 * @param {string[]} parameters
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<number>} the exit status; 128 + the signal's number when a signal ended it, as shells count
 */
export async function runToEnd(program, parameters, environment) {
  const child = spawn(program, parameters, { env: environment, stdio: 'inherit' });
  const forward = (signal) => {
    // What is typed on a terminal goes to the whole process group; passing it on would deliver it twice.
    if (signal === 'SIGINT' && isOnTerminal()) {
      return;
    }
    child.kill(signal);
  };
  for (const signal of forwarded) {
    process.on(signal, forward);
  }
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (status, signal) => resolve(status ?? 128 + os.constants.signals[signal]));
    });
  } finally {
    for (const signal of forwarded) {
      process.off(signal, forward);
    }
  }
}

function isOnTerminal() {
  return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
}
