/**
 * What a message body and the String values of message attributes may hold. The flag u makes lone surrogates
 * count as characters too.
 * @see https://www.w3.org/TR/REC-xml/#charsets
 */
export const allowedText =
  // oxlint-disable-next-line no-control-regex
  /^[\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
