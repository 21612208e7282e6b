// A client of INDAGOR that shares nothing with it: written for Node 18 or later
// from the server's /openapi.json and the README, with what Node brings.
//
// It registers this "workstation" (with an enrolment token, or by showing the
// comparison code and waiting for an administrator), signs in, changes the
// one-time password where it must, asks one visura, prints it as JSON, and
// keeps the PDF.
//
//   node client.mjs --server URL [--token SECRET] --username U --secret S
//        [--new-password P] --fiscal-code CF --type T --purpose ID --file REF
//        [--pdf FILE] [--key FILE] [--machine NAME] [--reference-date DAY]
//
// Every argument may also come from the environment: INDAGOR_CLIENT_SERVER,
// INDAGOR_CLIENT_NEW_PASSWORD and so on, so that no secret need stand in the
// list of processes. --purpose may be absent: then the first one that the user
// may state is taken. --key keeps the workstation's key in a file between runs;
// without it every run is a new workstation.
//
// Exit codes: 0 the visura ended and was printed; 1 the server refused (the
// problem is printed on standard error as JSON); 2 wrong usage.

import { createHash, createHmac, generateKeyPairSync, createPrivateKey, createPublicKey, randomBytes, randomUUID, sign } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, platform, release, userInfo } from "node:os";

const PROTOCOL = 1; // the version of the contract that this client was written for
const VERSION = "thirdparty 1.0";

// ---------------------------------------------------------------- arguments

const NAMES = ["server", "token", "username", "secret", "new-password", "fiscal-code", "type", "purpose", "file", "pdf", "key", "machine", "reference-date"];
const REQUIRED = ["server", "username", "secret", "fiscal-code", "type", "file"];

function usage(message) {
  process.stderr.write(`client.mjs: ${message}\narguments: ${NAMES.map((n) => "--" + n).join(" ")}\n`);
  process.exit(2);
}

function readArguments(argv, env) {
  const given = {};
  for (const name of NAMES) {
    const fromEnv = env["INDAGOR_CLIENT_" + name.toUpperCase().replaceAll("-", "_")];
    if (fromEnv) given[name] = fromEnv;
  }
  for (let i = 0; i < argv.length; i += 2) {
    const name = argv[i].replace(/^--/, "");
    if (!argv[i].startsWith("--") || !NAMES.includes(name)) usage(`unknown argument ${argv[i]}`);
    if (argv[i + 1] === undefined) usage(`--${name} needs a value`);
    given[name] = argv[i + 1];
  }
  for (const name of REQUIRED) if (!given[name]) usage(`--${name} is missing`);
  return given;
}

// --------------------------------------------------- the workstation's key

const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

// The key is P-256 (ES256): the contract knows no other.
function openKey(file) {
  if (file && existsSync(file)) return createPrivateKey(readFileSync(file));
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  if (file) writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  return privateKey;
}

// Proofs of possession, RFC 9449 §4.2.
class Prover {
  constructor(privateKey) {
    this.privateKey = privateKey;
    const { kty, crv, x, y } = createPublicKey(privateKey).export({ format: "jwk" });
    this.jwk = { kty, crv, x, y };
  }

  prove(method, url, nonce, accessToken, now) {
    const address = new URL(url);
    const payload = {
      jti: base64url(randomBytes(16)),
      htm: method,
      htu: address.origin + address.pathname, // without query and fragment
      iat: Math.floor(now / 1000),
    };
    if (nonce) payload.nonce = nonce;
    if (accessToken) payload.ath = createHash("sha256").update(accessToken).digest("base64url");
    const header = { typ: "dpop+jwt", alg: "ES256", jwk: this.jwk };
    const text = base64url(JSON.stringify(header)) + "." + base64url(JSON.stringify(payload));
    const signature = sign("sha256", Buffer.from(text), { key: this.privateKey, dsaEncoding: "ieee-p1363" });
    return text + "." + base64url(signature);
  }
}

// ------------------------------------------------------------- the contract

class Problem extends Error {
  constructor(status, body) {
    super(`${status} ${body.code ?? "?"}`);
    this.status = status;
    this.body = body;
  }
}

// Api calls operations by their operationId; method, path, where parameters go
// and what a call must prove are read from the server's own document.
class Api {
  constructor(base, prover) {
    this.base = base.replace(/\/+$/, "");
    this.prover = prover;
    this.nonce = "";
    this.token = "";
    this.skew = 0; // the server's clock minus ours, in milliseconds
  }

  async load() {
    const answer = await fetch(this.base + "/openapi.json");
    if (!answer.ok) throw new Error(`no contract at ${this.base}/openapi.json: ${answer.status}`);
    const document = await answer.json();
    this.operations = new Map();
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        if (operation.operationId) this.operations.set(operation.operationId, { ...operation, method: method.toUpperCase(), path });
      }
    }
  }

  // call makes one call. values holds parameters by their names; body is the
  // JSON body. It gives the Response of success, and throws a Problem.
  async call(id, values = {}, body = undefined) {
    const operation = this.operations.get(id);
    if (!operation) throw new Error(`the contract has no operation ${id}`);
    let path = operation.path;
    const query = new URLSearchParams();
    const headers = { accept: "application/json, application/problem+json, */*", "indagor-protocol": String(PROTOCOL) };
    for (const p of operation.parameters ?? []) {
      const value = values[p.name];
      if (value === undefined) {
        if (p.required) throw new Error(`${id} needs ${p.name}`);
        continue;
      }
      if (p.in === "path") path = path.replace(`{${p.name}}`, encodeURIComponent(value));
      if (p.in === "query") query.set(p.name, value);
      if (p.in === "header") headers[p.name] = value;
    }
    const url = this.base + path + (query.toString() ? "?" + query : "");
    const schemes = new Set((operation.security ?? []).flatMap((s) => Object.keys(s)));
    if (body !== undefined) headers["content-type"] = "application/json";
    if (schemes.has("session")) headers.authorization = "DPoP " + this.token;

    // At most once more for each of these: the first answer of a server teaches
    // its nonce (RFC 9449 §8), and perhaps the time.
    const mended = new Set();
    for (;;) {
      if (schemes.has("dpop")) {
        const token = schemes.has("session") ? this.token : "";
        headers.dpop = this.prover.prove(operation.method, url, this.nonce, token, Date.now() + this.skew);
      }
      const answer = await fetch(url, {
        method: operation.method, headers, redirect: "manual",
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      this.nonce = answer.headers.get("dpop-nonce") ?? this.nonce;
      if (answer.ok) return answer;
      const problem = (answer.headers.get("content-type") ?? "").startsWith("application/problem+json") ? await answer.json() : {};
      const again = answer.status === 401 && ["use_dpop_nonce", "proof_expired"].includes(problem.code) && !mended.has(problem.code);
      if (!again) throw new Problem(answer.status, problem);
      if (problem.code === "proof_expired") this.skew = Date.parse(answer.headers.get("date")) - Date.now();
      mended.add(problem.code);
    }
  }

  async json(id, values, body) {
    return (await this.call(id, values, body)).json();
  }
}

// ------------------------------------------------------------- the main job

// The fingerprint: for every component that the machine tells, the hexadecimal
// HMAC-SHA256 of its value under the body's salt. The values stay here.
function fingerprint(salt, machine) {
  const values = { machine_id: machine, system: `${platform()} ${release()}` };
  const out = {};
  for (const [part, value] of Object.entries(values)) out[part] = createHmac("sha256", salt).update(value).digest("hex");
  return out;
}

async function register(api, server, args, prints) {
  let own = await api.json("register-workstation", {}, {
    name: hostname().slice(0, 100) || "thirdparty",
    os_user: userInfo().username.slice(0, 100),
    os: `${platform()} ${release()}`.slice(0, 100),
    app_version: VERSION,
    protocol: Math.min(PROTOCOL, server.protocol),
    fingerprint: prints,
    ...(args.token ? { enrolment_token: args.token } : {}),
  });
  if (own.state === "pending") process.stderr.write(`waiting for approval; comparison code ${own.code}\n`);
  while (own.state === "pending") own = await api.json("get-own-workstation", { wait: 50, seen: own.mark });
  if (own.state !== "authorised") throw new Problem(403, { code: "workstation_" + own.state });
}

async function signIn(api, args, prints) {
  const session = await api.json("sign-in", {}, { username: args.username, password: args.secret, fingerprint: prints, app_version: VERSION });
  api.token = session.token;
  if (!session.must_change) return session;
  if (!args["new-password"]) throw new Problem(403, { code: "password_change_needed" });
  return api.json("change-password", {}, { old: args.secret, new: args["new-password"] });
}

async function ask(api, args, session) {
  const purpose = args.purpose ?? session.purposes[0]?.id;
  // The same key for the same request: were the answer lost on the way, asking
  // again with it would not ask ANPR again.
  const key = randomUUID();
  let visura = await api.json("ask-visura", { "Idempotency-Key": key, wait: 30 }, {
    type: args.type,
    subject: { fiscal_code: args["fiscal-code"] },
    purpose,
    file_reference: args.file,
    ...(args["reference-date"] ? { reference_date: args["reference-date"] } : {}),
  });
  while (visura.state === "running") {
    visura = await api.json("get-visura", { id: visura.id, wait: 50, seen: visura.steps.length });
  }
  return visura;
}

async function main() {
  const args = readArguments(process.argv.slice(2), process.env);
  const api = new Api(args.server, new Prover(openKey(args.key)));
  await api.load();
  const server = await api.json("get-server");
  if (server.oldest_protocol > PROTOCOL) throw new Error(`the server no longer speaks protocol ${PROTOCOL}`);
  const prints = fingerprint(server.fingerprint_salt, args.machine ?? (args.key ? hostname() : randomUUID()));
  await register(api, server, args, prints);
  const session = await signIn(api, args, prints);
  try {
    const visura = await ask(api, args, session);
    if (args.pdf) {
      const document = await api.call("get-document", { id: visura.id });
      writeFileSync(args.pdf, Buffer.from(await document.arrayBuffer()), { mode: 0o600 });
    }
    process.stdout.write(JSON.stringify(visura, null, 2) + "\n");
  } finally {
    await api.call("sign-out");
  }
}

main().catch((error) => {
  if (error instanceof Problem) process.stderr.write(JSON.stringify({ status: error.status, ...error.body }) + "\n");
  else process.stderr.write(`client.mjs: ${error.message}${error.cause ? ": " + error.cause.message : ""}\n`);
  process.exitCode = 1;
});
