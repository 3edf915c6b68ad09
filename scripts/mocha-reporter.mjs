// What a test run says while it runs, and its counts for scripts/test.mjs.
//
// One line for each outermost suite, one for each failing or pending test, and the details of the failures at the end.
// The file named by TEST_TOTALS_FILE always holds the counts so far and what was started last, so that a run that hangs or
// dies can be told from one that ended.

import { writeFileSync } from 'node:fs';
import mocha from 'mocha';

const { Base } = mocha.reporters;

/** How long after the last test the process may take to end by itself, in milliseconds. */
const graceAfterLastTest = 5_000;

/**
 * @typedef {object} Totals
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} pending full titles of the tests that were skipped
 * @property {string} lastStarted full title of the test or hook that was started last; empty when none was
 * @property {boolean} ended whether the run came to its end
 * @property {string[]} keptAliveBy kinds of what still kept the process alive after the last test
 */

export default class Reporter extends Base {
  /** @type {Totals} */
  #totals = { passed: 0, failed: 0, pending: [], lastStarted: '', ended: false, keptAliveBy: [] };
  #suiteBegin = 0;
  #countsBefore = { passed: 0, failed: 0, pending: 0 };

  constructor(runner, options) {
    super(runner, options);
    runner.on('suite', (suite) => {
      if (isOutermost(suite)) {
        this.#suiteBegin = performance.now();
        this.#countsBefore = this.#counts();
      }
    });
    runner.on('suite end', (suite) => {
      if (isOutermost(suite)) {
        this.#reportSuite(suite);
      }
    });
    runner.on('hook', (hook) => this.#started(`${hook.parent?.fullTitle() ?? ''} ${hook.title}`.trim()));
    runner.on('test', (test) => this.#started(test.fullTitle()));
    runner.on('pass', () => {
      this.#totals.passed += 1;
      this.#write();
    });
    runner.on('pending', (test) => {
      this.#totals.pending.push(test.fullTitle());
      this.#write();
      process.stdout.write(`    skipped: ${test.fullTitle()}\n`);
    });
    runner.on('fail', (test) => {
      this.#totals.failed += 1;
      this.#write();
      process.stdout.write(`    FAILED: ${test.fullTitle()}\n`);
    });
    runner.on('end', () => this.#end());
    this.#write();
  }

  #counts() {
    return { passed: this.#totals.passed, failed: this.#totals.failed, pending: this.#totals.pending.length };
  }

  #reportSuite(suite) {
    const now = this.#counts();
    const failed = now.failed - this.#countsBefore.failed;
    const pending = now.pending - this.#countsBefore.pending;
    const parts = [`${now.passed - this.#countsBefore.passed} passed`];
    if (failed > 0) {
      parts.push(`${failed} failed`);
    }
    if (pending > 0) {
      parts.push(`${pending} skipped`);
    }
    const time = `${((performance.now() - this.#suiteBegin) / 1000).toFixed(1)} s`;
    process.stdout.write(`  ${failed > 0 ? '✗' : '✓'} ${suite.title}: ${parts.join(', ')} (${time})\n`);
  }

  #started(title) {
    this.#totals.lastStarted = title;
    this.#write();
  }

  #end() {
    this.#totals.ended = true;
    this.#write();
    if (this.failures.length > 0) {
      Base.list(this.failures);
    }
    // Unreferenced, so it fires only when something else keeps the process alive.
    setTimeout(() => this.#endLeakingRun(), graceAfterLastTest).unref();
  }

  #endLeakingRun() {
    this.#totals.keptAliveBy = process.getActiveResourcesInfo();
    this.#write();
    process.exit(1);
  }

  #write() {
    const file = process.env.TEST_TOTALS_FILE;
    if (file) {
      writeFileSync(file, JSON.stringify(this.#totals));
    }
  }
}

function isOutermost(suite) {
  return suite.parent?.root === true;
}
