import { Writable } from 'node:stream';

/** For tests: a stream that keeps what is written to it, as a log's destination. */
export function keptText(): { readonly stream: Writable; readonly text: string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return {
    stream,
    get text() {
      return text;
    },
  };
}
