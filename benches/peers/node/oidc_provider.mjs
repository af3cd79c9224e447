// oidc-provider with one client and its adapter in memory. It knows no passwords: somebody is signed in by the program
// itself, which hands out an access token at /bench-token. A read is the userinfo endpoint; tokens are those of the
// client-credentials grant.

import { readFileSync } from "node:fs";

import Provider from "oidc-provider";

import { run } from "./commands.mjs";

const CLIENT = {
  client_id: "bench",
  client_secret: "a secret of the client",
  grant_types: ["authorization_code", "client_credentials"],
  redirect_uris: ["https://client.example.com/callback"],
  response_types: ["code"],
};

function provider(port) {
  return new Provider(`http://127.0.0.1:${port}`, {
    clients: [CLIENT],
    cookies: { keys: ["a key of the cookies"] },
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: "First Last" }) }),
    claims: { openid: ["sub"], profile: ["name"] },
    scopes: ["openid", "profile", "api"],
  });
}

async function token(oidc) {
  const client = await oidc.Client.find("bench");
  const grant = new oidc.Grant({ accountId: "person1", clientId: "bench" });
  grant.addOIDCScope("openid profile");
  const grantId = await grant.save();
  const access = new oidc.AccessToken({ accountId: "person1", client, grantId, gty: "authorization_code", scope: "openid profile" });
  return access.save();
}

await run({
  versions() {
    const { version } = JSON.parse(readFileSync(new URL("node_modules/oidc-provider/package.json", import.meta.url)));
    return `oidc-provider ${version}, Node.js ${process.versions.node}; no passwords, everything in memory`;
  },
  seed() {},
  serve(port) {
    const oidc = provider(port);
    oidc.use(async (context, next) => {
      if (context.path === "/") context.body = "ready";
      else if (context.path === "/bench-token") context.body = { access_token: await token(oidc) };
      else await next();
    });
    oidc.listen(port, "127.0.0.1");
  },
});
