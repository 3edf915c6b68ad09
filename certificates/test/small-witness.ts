import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { NoteError, openNote } from '../src/register/checkpoint/signed-note.ts';
import type { NoteVerifier } from '../src/register/checkpoint/signed-note.ts';
import { EMPTY_ROOT, provesConsistency } from '../src/register/merkle/tree.ts';

/** A witness of one log that behaves as c2sp.org/tlog-witness says, but for its own signature. */
export async function startSmallWitness(keys: readonly NoteVerifier[]) {
  let seen = { size: 0, root: EMPTY_ROOT };
  let failures = 0;
  const asked: number[] = [];
  const answer = async (request: IncomingMessage): Promise<[status: number, body: string]> => {
    if (request.method !== 'POST' || request.url !== '/w/add-checkpoint') return [404, ''];
    const [head = '', ...noteParts] = (await text(request)).split('\n\n');
    if (failures > 0) {
      failures -= 1;
      return [503, ''];
    }
    const [old = '', ...proof] = head.split('\n');
    const earlier = Number(old.slice('old '.length));
    asked.push(earlier);
    let lines: string[];
    try {
      lines = openNote(noteParts.join('\n\n'), keys).split('\n');
    } catch (error) {
      if (error instanceof NoteError) return [403, ''];
      throw error;
    }
    const later = { size: Number(lines[1]), root: Buffer.from(lines[2] ?? '', 'base64') };
    if (earlier > later.size) return [400, ''];
    if (earlier !== seen.size) return [409, `${seen.size}\n`];
    if (earlier === later.size && !later.root.equals(seen.root)) return [409, `${seen.size}\n`];
    if (!provesConsistency(seen, later, proof.map((hash) => Buffer.from(hash, 'base64')))) return [422, ''];
    seen = later;
    return [200, '— witness.example/w AAAA\n'];
  };
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => response.writeHead(status).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    prefix: `http://127.0.0.1:${(server.address() as AddressInfo).port}/w`,
    /** The old sizes it was asked with. */
    asked,
    size: () => seen.size,
    /** Has it fail so many times. */
    fail: (times: number) => void (failures = times),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
