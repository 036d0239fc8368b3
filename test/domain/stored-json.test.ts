import { expect } from 'chai';
import * as z from 'zod';
import { parseStored } from '../../src/domain/stored-json.ts';

const schema = z.object({ format: z.literal(1), name: z.string() });
const parse = (text: string) => parseStored(text, schema, '/pool/x.json');

describe('parseStored', () => {
  it('gives what the file says', () => {
    expect(parse('{"format":1,"name":"a"}')).to.deep.equal({ format: 1, name: 'a' });
  });

  it('knows a file of a newer version, whatever is in it', () => {
    expect(() => parse('{"format":2}'))
      .to.throw(/x.json has format 2/)
      .with.property('reason', 'FailedPrecondition');
  });

  for (const text of ['', '{"format":1,', 'null', '[]', '{"format":"2"}', '{"format":1,"name":3}']) {
    it(`reports ${text === '' ? 'an empty file' : text} as damage, and names the file`, () => {
      expect(() => parse(text))
        .to.throw('/pool/x.json')
        .with.property('reason', 'DataLoss');
    });
  }
});
