/**
 * A node of its own that writes to a register: `node writing-node.fixture.ts DATABASE KEY NAME COUNT` issues COUNT documents, then
 * prints their numbers as JSON. It begins when it hears a line, so that two of them begin together.
 */
import { once } from 'node:events';
import { openRegister } from '../src/register/register.ts';
import { document, reservation } from './register-rows.ts';

const [database = '', key = '', name = '', count = '0'] = process.argv.slice(2);
await using register = await openRegister({ database, key });
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const numbers: string[] = [];
for (let index = 0; index < Number(count); index += 1) {
  const documentId = `d_${name}_${index}`;
  const bytes = (edition: string) => Buffer.from(`${edition} of ${documentId}`);
  const { number } = await register.reserve(reservation({ idempotencyKey: `key-${name}-${index}`, documentId }));
  await register.commit(document({ documentId, original: bytes('original'), stamps: [bytes('stamp')], paper: bytes('paper'), accessCode: documentId }));
  numbers.push(number);
}
process.stdout.write(`${JSON.stringify(numbers)}\n`);
process.stdin.destroy();
