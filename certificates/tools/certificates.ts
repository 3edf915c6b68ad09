import { certificateType } from '@videosportello/protocol/messages/document.ts';
import { CASES_USAGE, casesTool } from './cases-tool.ts';
import { KEYS_USAGE, keysTool } from './keys-tool.ts';
import { REGISTER_USAGE, registerTool } from './register-tool.ts';
import { TrustError } from '../src/trust/trust-bundle.ts';
import { SAMPLE_USAGE, sampleTool } from './sample-tool.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `Certificates of the demo town, the back office's cases, the register, and the keys of a town.

${SAMPLE_USAGE}
${CASES_USAGE}
${REGISTER_USAGE}
${KEYS_USAGE}

TYPE: ${certificateType.options.join(', ')}`;

async function main(): Promise<number> {
  const [group, ...args] = process.argv.slice(2);
  switch (group) {
    case 'sample':
      return sampleTool(args);
    case 'cases':
      return casesTool(args);
    case 'register':
      return registerTool(args);
    case 'keys':
    case 'trust':
      console.log(await keysTool(group, args));
      return 0;
    case undefined:
    case '--help':
      console.log(USAGE);
      return 0;
    default:
      throw new UsageError(`There is no command "${group}".`);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const misused =
    error instanceof UsageError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  console.error(
    misused
      ? `${error.message}\n\n${USAGE}`
      : `It did not work: ${error instanceof Error ? error.message : 'unknown failure'}${error instanceof TrustError ? ` (${error.code})` : ''}`,
  );
  process.exitCode = misused ? 2 : 1;
}
