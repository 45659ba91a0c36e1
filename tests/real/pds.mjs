// Bluesky's own PDS and a directory of DIDs for it, on this machine's loopback addresses.
//
//   node pds.mjs MODULES DATA HOST PORT NAME...
//
// MODULES is a folder with node_modules in it, DATA an empty folder. The PDS listens on HOST:PORT and calls itself
// http://localhost:PORT, so that something may stand before it at 127.0.0.1:PORT when HOST is another loopback address.
// For each NAME an account NAME.test is made, with an app password. When all is ready, one line of JSON says where it is;
// it ends when its standard input does.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { randomBytes } from 'node:crypto';
import path from 'node:path';

const [modules, data, host, port, ...names] = process.argv.slice(2);
const require = createRequire(path.resolve(modules, 'package.json'));
const { PDS, envToCfg, envToSecrets } = require('@atproto/pds');
const { Database, PlcServer } = require('@did-plc/server');
const { Secp256k1Keypair } = require('@atproto/crypto');

// Both servers listen on every interface, and have no setting for that.
const onlyAt = (app, address) => {
  app.listen = (number) => createServer(app).listen(number, address);
};

const startPlc = async () => {
  const server = PlcServer.create({ db: Database.mock(), port: 0 });
  onlyAt(server.app, '127.0.0.1');
  const listening = await server.start();
  return `http://localhost:${listening.address().port}`;
};

const jwtSecret = randomBytes(16).toString('hex');
const startPds = async (didPlcUrl) => {
  const rotationKey = await Secp256k1Keypair.create({ exportable: true });
  const env = {
    devMode: true,
    port: Number(port),
    dataDirectory: data,
    blobstoreDiskLocation: path.join(data, 'blobs'),
    didPlcUrl,
    recoveryDidKey: (await Secp256k1Keypair.create()).did(),
    plcRotationKeyK256PrivateKeyHex: Buffer.from(await rotationKey.export()).toString('hex'),
    adminPassword: randomBytes(16).toString('hex'),
    jwtSecret,
    serviceHandleDomains: ['.test'],
    inviteRequired: false,
    disableSsrfProtection: true,
    bskyAppViewUrl: 'https://appview.invalid',
    bskyAppViewDid: 'did:example:invalid',
    modServiceUrl: 'https://moderator.invalid',
    modServiceDid: 'did:example:invalid',
  };
  const server = await PDS.create(envToCfg(env), envToSecrets(env));
  onlyAt(server.app, host);
  await server.start();
};

const call = async (method, body, token) => {
  const answer = await fetch(`http://${host}:${port}/xrpc/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${JSON.stringify(said)}`);
  return said;
};

const makeUser = async (name) => {
  const handle = `${name}.test`;
  const password = randomBytes(16).toString('hex');
  const { did, accessJwt } = await call('com.atproto.server.createAccount', { handle, email: `${name}@example.org`, password });
  const appPassword = await call('com.atproto.server.createAppPassword', { name: 'postq' }, accessJwt);
  return { handle, did, password, app_password: appPassword.password };
};

const plc = await startPlc();
await startPds(plc);
const users = {};
for (const name of names) users[name] = await makeUser(name);
console.log(JSON.stringify({ pid: process.pid, url: `http://localhost:${port}`, plc, users, jwt_secret: jwtSecret }));
process.stdin.on('end', () => process.exit(0)).resume();
