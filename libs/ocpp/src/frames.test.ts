import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeFrame, type Frame, MAX_MESSAGE_ID_CHARS, parseFrame } from './frames.ts';
import { isDeeperThan, type JsonObject, nestingDepth } from './json.ts';

const LIMITS = { maxChars: 65_536 };
const parse = (text: string) => parseFrame(text, LIMITS);

const id = fc.string({ minLength: 1, maxLength: 36 });
// Null is left out on the way out (H72), __proto__ is no field of any message.
const payload = fc.dictionary(
  fc.string().filter((key) => key !== '__proto__' && key !== 'toJSON'),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())),
  { maxKeys: 5, noNullPrototype: true },
) as fc.Arbitrary<JsonObject>;
const error = {
  messageId: id,
  code: fc.constantFrom('GenericError', 'x'),
  description: fc.string({ maxLength: 255 }),
  details: payload,
};
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ kind: fc.constant('call' as const), messageId: id, action: fc.constant('Heartbeat'), payload }),
  fc.record({ kind: fc.constant('call-result' as const), messageId: id, payload }),
  fc.record({ kind: fc.constant('call-error' as const), ...error }),
  fc.record({ kind: fc.constant('call-result-error' as const), ...error }),
  fc.record({ kind: fc.constant('send' as const), messageId: id, action: fc.constant('A'), payload }),
);

test('every frame of every kind survives the way out and back (OC-30..OC-34)', () => {
  fc.assert(fc.property(frame, (one) => expect(parse(encodeFrame(one))).toEqual({ kind: 'ok', value: one })));
});

test('A17: the parser never throws, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => void parse(text)),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.json(), (text) => void parse(text)),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (parts) => void parse(JSON.stringify(parts))),
    { numRuns: 500 },
  );
});

test.each([
  ['trailing comma', '[2,"m1","StopTransaction",{"transactionId":5,}]'],
  ['missing value', '[2,"m1","StopTransaction",{"transactionId":,"x":1}]'],
  ['cut off', '[2,"m1","StopTransaction",{"transac'],
  ['leading comma', '[,2,"m1","StopTransaction",{'],
  ['single quotes', "[2,'m1','Heartbeat',{}]"],
])('H68: the message id of a broken CALL is recovered: %s', (_, text) => {
  expect(parse(text)).toMatchObject({ kind: 'err', error: { reason: 'not-json', messageId: 'm1' } });
});

test('H68: no id is made up where the text shows none, or where it is no CALL', () => {
  for (const text of ['', 'hello', '{"a":', '[3,"m1",{', '["m1",2']) {
    const parsed = parse(text);
    expect(parsed).toMatchObject({ kind: 'err', error: { reason: 'not-json' } });
    expect(parsed.kind === 'err' && parsed.error.messageId).toBeUndefined();
  }
});

test.each([
  ['not an array', '{"a":1}', undefined],
  ['unknown kind', '[7,"m1","x",{}]', undefined],
  ['numeric id', '[2,17,"Heartbeat",{}]', undefined],
  ['no payload', '[2,"m1","Heartbeat"]', 'm1'],
  ['payload is an array', '[2,"m1","Heartbeat",[]]', 'm1'],
  ['five elements', '[2,"m1","Heartbeat",{},1]', 'm1'],
  ['action is no text', '[2,"m1",5,{}]', 'm1'],
  ['id too long', `[2,"${'m'.repeat(MAX_MESSAGE_ID_CHARS + 1)}","Heartbeat",{}]`, undefined],
])('wrong shape: %s', (_, text, messageId) => {
  const parsed = parse(text);
  expect(parsed).toMatchObject({ kind: 'err', error: { reason: 'wrong-shape' } });
  expect(parsed.kind === 'err' && parsed.error.messageId).toBe(messageId);
});

test('A15: the first character over the limit is refused, the last one within it is not', () => {
  const text = '[2,"m1","Heartbeat",{}]';
  expect(parseFrame(text, { maxChars: text.length }).kind).toBe('ok');
  expect(parseFrame(text, { maxChars: text.length - 1 })).toMatchObject({ error: { reason: 'too-large' } });
});

test('A18: nesting is counted before parsing; brackets in strings do not count', () => {
  const deep = (levels: number) => `[2,"m1","X",{"a":${'['.repeat(levels)}${']'.repeat(levels)}}]`;
  expect(parse(deep(14)).kind).toBe('ok');
  expect(parse(deep(15))).toMatchObject({ error: { reason: 'too-deep', messageId: 'm1' } });
  expect(parse(deep(20_000))).toMatchObject({ error: { reason: 'too-deep' } });
  expect(parse(`[2,"m1","X",{"a":"${'[\\"{'.repeat(100)}"}]`).kind).toBe('ok');
});

test('A18: __proto__ in a payload changes no prototype', () => {
  const parsed = parse('[2,"m1","X",{"__proto__":{"polluted":true}}]');
  expect(parsed.kind).toBe('ok');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('H69: a CALLERROR of three elements with a code of its own is a CALLERROR', () => {
  expect(parse('[4,"m1","Error"]')).toEqual({
    kind: 'ok',
    value: { kind: 'call-error', messageId: 'm1', code: 'Error', description: '', details: {} },
  });
});

test('H72: fields that are null or undefined never leave', () => {
  const text = encodeFrame({
    kind: 'call',
    messageId: 'm1',
    action: 'SetChargingProfile',
    payload: { a: null, b: { c: null, d: 1 } },
  });
  expect(text).toBe('[2,"m1","SetChargingProfile",{"b":{"d":1}}]');
});

test('A18: whether a text is too deep is what counting its depth says, whatever stands in its strings', () => {
  const piece = fc.constantFrom('{', '[', '}', ']', '"', '\\', 'x', '[[[', '{{{{');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 0, max: 6 }), (pieces, limit) => {
      const text = pieces.join('');
      expect(isDeeperThan(text, limit)).toBe(nestingDepth(text, limit) > limit);
    }),
    { numRuns: 3_000 },
  );
});
