import { describe, expect, test } from 'vitest';
import { AwsError } from '../../errors.ts';
import { queryProtocol } from './query.ts';

const protocol = queryProtocol({ namespace: 'https://iam.example/doc/' });

function decode(body: string) {
  const request = { method: 'POST', path: '/', query: '', headers: {}, body: Buffer.from(body) };
  return protocol.decode(request, 'AnyOperation');
}

describe('a form becomes an input', () => {
  test.each([
    ['Action=CreateRole&Version=2010-05-08&RoleName=a%2Bb', { RoleName: 'a+b' }],
    [
      'Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=b',
      { Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }] },
    ],
    // Sorted by number, not as text; gaps close.
    ['L.member.10=c&L.member.2=b&L.member.1=a', { L: ['a', 'b', 'c'] }],
    ['A.B.C=x', { A: { B: { C: 'x' } } }],
  ])('%s', (body, input) => {
    expect(decode(body)).toEqual(input);
  });

  test.each([
    'A=1&A=2',
    'A=1&A.B=2',
    'A.B=1&A=2',
    'L.member.x=1',
    'L.member.0=1',
    Array.from({ length: 12 }, () => 'a').join('.'),
  ])('%s is refused', (body) => {
    expect(() => decode(body)).toThrow(AwsError);
  });

  test('names that every object has stay harmless', () => {
    const input = decode('__proto__.polluted=yes&constructor=x');
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('answers are XML', () => {
  test('with members, lists and metadata', () => {
    const result = {
      Name: 'a',
      Missing: undefined,
      Names: ['x', 'y'],
      Deep: { Yes: true },
      No: [],
    };
    expect(protocol.encode('GetThing', result, 'id-1').body).toBe(
      '<GetThingResponse xmlns="https://iam.example/doc/"><GetThingResult>' +
        '<Name>a</Name><Names><member>x</member><member>y</member></Names>' +
        '<Deep><Yes>true</Yes></Deep><No></No>' +
        '</GetThingResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>' +
        '</GetThingResponse>',
    );
  });

  test('void operations have no result', () => {
    expect(protocol.encode('Do', undefined, 'id').body).toBe(
      '<DoResponse xmlns="https://iam.example/doc/"><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></DoResponse>',
    );
  });

  test('what XML cannot carry is escaped or replaced', () => {
    const { body } = protocol.encode('Do', { T: '<a href="x">&\'\r\n\t\u0000\u001F' }, 'id');
    expect(body).toContain('<T>&lt;a href=&quot;x&quot;&gt;&amp;&apos;&#xD;\n\t\uFFFD\uFFFD</T>');
  });

  test('errors say whose fault it is', () => {
    const error = new AwsError('NoSuchEntity', 'No <such>', { status: 404 });
    const answer = protocol.encodeError(error, 'id');
    expect(answer.status).toBe(404);
    expect(answer.body).toBe(
      '<ErrorResponse xmlns="https://iam.example/doc/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>No &lt;such&gt;</Message></Error><RequestId>id</RequestId></ErrorResponse>',
    );
    const ours = protocol.encodeError(new AwsError('X', 'x', { status: 500 }), 'id');
    expect(ours.body).toContain('<Type>Receiver</Type>');
  });
});
