import { assertEquals } from "@std/assert";
import { digestResponse, equalSecrets } from "../../../lib/rtsp/login/digest.ts";

Deno.test("digestResponse() gives the values of the RFCs", () => {
  const request = { username: "Mufasa", method: "GET", uri: "/dir/index.html" };
  const counted = { count: 1, clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ" };
  const rfc7616 = {
    ...request,
    realm: "http-auth@example.org",
    password: "Circle of Life",
    nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    counted,
  };
  assertEquals(digestResponse({ ...rfc7616, algorithm: "MD5" }), "8ca523f5e9506fed4657c9700eebdbec");
  assertEquals(
    digestResponse({ ...rfc7616, algorithm: "SHA-256" }),
    "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
  );
  const rfc2069 = {
    ...request,
    realm: "testrealm@host.com",
    password: "CircleOfLife",
    nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
  };
  assertEquals(digestResponse({ ...rfc2069, algorithm: "MD5" }), "1949323746fe6a43ef61f9606e7febea");
});

Deno.test("equalSecrets() compares whole texts", () => {
  const cases: [string, string, boolean][] = [
    ["", "", true],
    ["abc", "abc", true],
    ["abc", "abd", false],
    ["abc", "abcabc", false],
    ["abcabc", "abc", false],
    ["a", "", false],
    ["", "a", false],
  ];
  for (const [a, b, equal] of cases) assertEquals(equalSecrets(a, b), equal, `${a} ${b}`);
});
