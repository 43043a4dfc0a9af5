// Reads {jwt, jwks, issuer} as JSON; prints {ok, header, payload} or {ok: false, code}.
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "./jose.verify.mjs";

let typed = "";
for await (const chunk of process.stdin) typed += chunk;
const { jwt, jwks, issuer } = JSON.parse(typed);
try {
  const options = { issuer, algorithms: ["EdDSA"], typ: "JWT", requiredClaims: ["sub", "jti", "nbf"] };
  const { payload } = await jwtVerify(jwt, createLocalJWKSet(jwks), { ...options, currentDate: new Date("2030-01-01") });
  console.log(JSON.stringify({ ok: true, header: decodeProtectedHeader(jwt), payload }));
} catch (error) {
  console.log(JSON.stringify({ ok: false, code: error.code ?? error.name }));
}
