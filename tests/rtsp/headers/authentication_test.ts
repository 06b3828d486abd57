import { assertEquals, assertThrows } from "@std/assert";
import {
  formatAuthorization,
  formatChallenge,
  MAX_AUTHENTICATION_LENGTH,
  parseAuthorization,
  parseChallenges,
} from "../../../lib/rtsp/headers/authentication.ts";
import { RtspError } from "../../../lib/rtsp/status.ts";

const MD5 = { scheme: "Digest", realm: "a, b", nonce: "x=y", algorithm: "MD5", stale: false } as const;

Deno.test("parseChallenges() reads several challenges in order, in one header or in several", () => {
  const values = [
    'Digest realm="a, b", nonce="x=y", qop="auth,auth-int", algorithm=SHA-256, opaque="", Basic realm="door"',
    'digest REALM = "a, b",nonce="x=y",stale=TRUE',
  ];
  assertEquals(parseChallenges(values), [
    { ...MD5, algorithm: "SHA-256", qop: "auth", opaque: "" },
    { scheme: "Basic", realm: "door" },
    { ...MD5, stale: true },
  ]);
});

Deno.test("parseChallenges() passes over what cannot be met", () => {
  const values = [
    'Digest realm="r"',
    'Digest realm="r", nonce="n", algorithm=SHA-512-256',
    'Digest realm="r", nonce="n", qop="auth-int"',
    "Negotiate",
    'Bearer realm="r"',
    'Digest realm="open',
    "",
  ];
  assertEquals(parseChallenges(values), []);
  assertEquals(parseChallenges(Array(1000).fill('Basic realm="r"')).length, 8);
});

Deno.test("formatChallenge() writes what parseChallenges() reads", () => {
  for (
    const [challenge, text] of [
      [{ scheme: "Basic", realm: 'say "hi" \\' }, 'Basic realm="say \\"hi\\" \\\\"'],
      [MD5, 'Digest realm="a, b", nonce="x=y"'],
      [
        { ...MD5, algorithm: "SHA-256", qop: "auth", opaque: "o", stale: true },
        'Digest realm="a, b", nonce="x=y", algorithm=SHA-256, qop="auth", opaque="o", stale=true',
      ],
    ] as const
  ) {
    assertEquals(formatChallenge(challenge), text);
    assertEquals(parseChallenges([text]), [challenge]);
  }
});

Deno.test("formatAuthorization() writes what parseAuthorization() reads", () => {
  const digest = {
    scheme: "Digest",
    username: 'zoë "z"',
    realm: "r",
    nonce: "n",
    uri: "rtsp://h/a,b",
    response: "00ff",
    algorithm: "MD5",
  } as const;
  for (
    const value of [
      { scheme: "Basic", username: "zoë", password: "a:b c" },
      digest,
      { ...digest, algorithm: "SHA-256", qop: "auth", count: 0x1f, clientNonce: "c", opaque: "o" },
    ] as const
  ) assertEquals(parseAuthorization(formatAuthorization(value)), value);
  assertEquals(
    formatAuthorization({ scheme: "Basic", username: "Aladdin", password: "open sesame" }),
    "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
  );
});

Deno.test("P22 parseAuthorization() refuses what it cannot read, without repeating it", () => {
  const complete = 'username="u", realm="r", nonce="n", uri="/", response="0"';
  const broken = [
    "",
    "   ",
    'username="u"',
    `Digest ${complete}, realm="again"`,
    `Digest ${complete}, Basic dTpw`,
    'Digest username="u',
    'Digest username="u"',
    `Digest ${complete}, qop=auth, nc=1, cnonce="c"`,
    `Digest ${complete}, qop=auth, nc=00000001`,
    "Basic",
    "Basic ???",
    "Basic c2VjcmV0",
    `Digest ${"a".repeat(MAX_AUTHENTICATION_LENGTH)}`,
    `Digest username="${"a".repeat(2000)}"`,
    "Digest " + "x,".repeat(2000),
  ];
  for (const value of broken) {
    const error = assertThrows(() => parseAuthorization(value), RtspError, "Cannot read Authorization");
    assertEquals([error.status, error.message.length < 120], [400, true], value);
  }
  for (const value of ["Bearer abc", `Digest ${complete}, algorithm=SHA-1`, `Digest ${complete}, qop=auth-int`]) {
    assertEquals(parseAuthorization(value), undefined, value);
  }
});

Deno.test("P24 parseAuthorization() refuses long runs of blanks, quotes and letters", () => {
  for (const piece of [" ", "\t", "a", "=", '\\"', '"', ","]) {
    const value = `Digest a${piece.repeat(MAX_AUTHENTICATION_LENGTH / piece.length - 16)}=`;
    assertThrows(() => parseAuthorization(value), RtspError);
  }
});
