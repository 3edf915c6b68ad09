import { expect } from 'chai';
import { decodeResponse, IppDecodeError } from './decode.ts';
import { encodeRequest } from './encode.ts';
import { numberOf, octetTextOf, wordsOf } from './message.ts';
import { GroupTag, Operation, ValueTag } from './tags.ts';

/** Writes bytes as RFC 8010, appendix A, shows them: hex in plain words, ASCII in quotes. */
function octets(text: string): Buffer {
  const parts = text.match(/"[^"]*"|[0-9a-f]+/g) ?? [];
  return Buffer.concat(parts.map((part) => (part.startsWith('"') ? Buffer.from(part.slice(1, -1)) : Buffer.from(part, 'hex'))));
}

const CHARSET = '47 0012 "attributes-charset" 0005 "utf-8"';
const LANGUAGE = '48 001b "attributes-natural-language" 0005 "en-us"';

describe('the IPP encoding (RFC 8010)', () => {
  it('writes the Print-Job request of appendix A.1', () => {
    const bytes = encodeRequest({
      operation: Operation.printJob,
      requestId: 1,
      groups: [
        {
          tag: GroupTag.operation,
          attributes: [
            { name: 'attributes-charset', tag: ValueTag.charset, values: ['utf-8'] },
            { name: 'attributes-natural-language', tag: ValueTag.naturalLanguage, values: ['en-us'] },
            { name: 'printer-uri', tag: ValueTag.uri, values: ['ipp://printer.example.com/ipp/print/pinetree'] },
            { name: 'job-name', tag: ValueTag.nameWithoutLanguage, values: ['foobar'] },
            { name: 'ipp-attribute-fidelity', tag: ValueTag.boolean, values: [1] },
          ],
        },
        {
          tag: GroupTag.job,
          attributes: [
            { name: 'copies', tag: ValueTag.integer, values: [20] },
            { name: 'sides', tag: ValueTag.keyword, values: ['two-sided-long-edge'] },
          ],
        },
      ],
    });
    expect(Buffer.from(bytes).toString('latin1')).to.equal(
      octets(
        `0101 0002 00000001 01 ${CHARSET} ${LANGUAGE}
         45 000b "printer-uri" 002c "ipp://printer.example.com/ipp/print/pinetree"
         42 0008 "job-name" 0006 "foobar" 22 0016 "ipp-attribute-fidelity" 0001 01
         02 21 0006 "copies" 0004 00000014 44 0005 "sides" 0013 "two-sided-long-edge" 03`,
      ).toString('latin1'),
    );
  });

  it('writes further values without a name', () => {
    const bytes = encodeRequest({
      operation: Operation.getJobs,
      requestId: 123,
      groups: [
        {
          tag: GroupTag.operation,
          attributes: [{ name: 'requested-attributes', tag: ValueTag.keyword, values: ['job-id', 'job-name'] }],
        },
      ],
    });
    expect(Buffer.from(bytes).toString('latin1')).to.equal(
      octets('0101 000a 0000007b 01 44 0014 "requested-attributes" 0006 "job-id" 44 0000 0008 "job-name" 03').toString('latin1'),
    );
  });

  it('refuses a value longer than its length field', () => {
    const attribute = { name: 'job-name', tag: ValueTag.nameWithoutLanguage, values: ['x'.repeat(40_000)] };
    const groups = [{ tag: GroupTag.operation, attributes: [attribute] }];
    expect(() => encodeRequest({ operation: 2, requestId: 1, groups })).to.throw(RangeError);
  });

  it('reads the Print-Job response of appendix A.2', () => {
    const response = decodeResponse(
      octets(
        `0101 0000 00000001 01 ${CHARSET} ${LANGUAGE} 41 000e "status-message" 000d "successful-ok"
         02 21 0006 "job-id" 0004 00000093
         45 0007 "job-uri" 002f "ipp://printer.example.com/ipp/print/pinetree/147"
         23 0009 "job-state" 0004 00000003 03`.replace('002f', '0030'),
      ),
    );
    expect(response).to.include({ statusCode: 0, requestId: 1 });
    expect(response.groups.map(({ tag }) => tag)).to.deep.equal([GroupTag.operation, GroupTag.job]);
    const job = response.groups[1]?.attributes ?? new Map();
    expect(numberOf(job, 'job-id')).to.equal(147);
    expect(numberOf(job, 'job-state')).to.equal(3);
  });

  it('reads lists, flags, languages, bytes and values out of band', () => {
    const { groups } = decodeResponse(
      octets(
        `0101 0000 00000001 04 44 0001 "r" 0004 "none" 44 0000 0005 "other" 22 0001 "b" 0001 01
         35 0001 "t" 000c 0002 "it" 0006 "carta!" 30 0001 "o" 0003 "a=1" 13 0001 "n" 0000 03`,
      ),
    );
    const attributes = groups[0]?.attributes ?? new Map();
    expect(wordsOf(attributes, 'r')).to.deep.equal(['none', 'other']);
    expect(attributes.get('b')).to.deep.equal([true]);
    expect(wordsOf(attributes, 't')).to.deep.equal(['carta!']);
    expect(octetTextOf(attributes, 'o')).to.deep.equal(['a=1']);
    expect(attributes.get('n')).to.deep.equal([]);
    expect(numberOf(attributes, 'r')).to.equal(undefined);
  });

  it('reads a collection within a collection and what follows it', () => {
    const { groups } = decodeResponse(
      octets(
        `0101 0000 00000001 04 34 0005 "media" 0000 4a 0000 0004 "size" 34 0000 0000
         4a 0000 0001 "x" 21 0000 0004 00005208 37 0000 0000 4a 0000 0003 "key" 44 0000 0002 "a4"
         37 0000 0000 21 0001 "n" 0004 00000007 03`,
      ),
    );
    const attributes = groups[0]?.attributes ?? new Map();
    const size = { members: new Map([['x', [21_000]]]) };
    expect(attributes.get('media')).to.deep.equal([{ members: new Map<string, unknown[]>([['size', [size]], ['key', ['a4']]]) }]);
    expect(numberOf(attributes, 'n')).to.equal(7);
  });

  it('keeps the first of two attributes of one name', () => {
    const { groups } = decodeResponse(octets('0101 0000 00000001 04 21 0001 "n" 0004 00000001 21 0001 "n" 0004 00000002 03'));
    expect(groups[0]?.attributes.get('n')).to.deep.equal([1]);
  });

  it('refuses every response cut short', () => {
    const whole = octets(`0101 0000 00000001 01 ${CHARSET} 34 0001 "c" 0000 4a 0000 0001 "x" 21 0000 0004 00000001 37 0000 0000 03`);
    expect(decodeResponse(whole).groups).to.have.length(1);
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => decodeResponse(whole.subarray(0, length)), `${length} bytes`).to.throw(IppDecodeError);
    }
  });

  it('refuses what is out of shape', () => {
    const head = '0101 0000 00000001';
    const nested = '34 0000 0000 4a 0000 0001 "x"'.repeat(20);
    for (const [what, body] of [
      ['an attribute before a group', '21 0001 "n" 0004 00000001 03'],
      ['a value before its attribute', '04 21 0000 0004 00000001 03'],
      ['a number of three bytes', '04 21 0001 "n" 0003 000001 03'],
      ['a member value without a name', '04 34 0001 "c" 0000 21 0000 0004 00000001 37 0000 0000 03'],
      ['a group within a collection', '04 34 0001 "c" 0000 02 0000 0000 03'],
      ['bottomless collections', `04 34 0001 "c" 0000 4a 0000 0001 "x" ${nested} 03`],
    ] as const) {
      expect(() => decodeResponse(octets(`${head} ${body}`)), what).to.throw(IppDecodeError);
    }
  });
});
