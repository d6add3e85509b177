// The code flow with PKCE (RFC 7636), as a single-page app does it.
"use strict";

const settings = document.body.dataset;
const byId = (id) => document.getElementById(id);
const say = (text) => { byId("status").textContent = text; };

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const secret = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

async function logIn() {
  const verifier = secret();
  const state = secret();
  sessionStorage.setItem("verifier", verifier);
  sessionStorage.setItem("state", state);
  const challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const query = new URLSearchParams({
    response_type: "code",
    client_id: settings.client,
    redirect_uri: `${settings.app}/callback`,
    scope: "openid email",
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
  });
  location.assign(`${settings.login}/oauth2/authorize?${query}`);
}

async function exchange(event) {
  event.preventDefault();
  const state = sessionStorage.getItem("state");
  if (state !== null && state !== byId("state").value) {
    say("The state is not the one that this tab sent: the answer belongs to another log-in.");
    return;
  }
  const answer = await fetch(`${settings.login}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: settings.client,
      redirect_uri: `${settings.app}/callback`,
      code: byId("code").value,
      code_verifier: byId("verifier").value,
    }),
  });
  const tokens = await answer.json();
  if (!answer.ok) {
    say(`The exchange was refused: ${tokens.error}.`);
    return;
  }
  sessionStorage.clear();
  const claims = JSON.parse(atob(tokens.access_token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  byId("access").value = tokens.access_token;
  byId("claims").textContent = JSON.stringify(claims, null, 2);
  byId("try").textContent = `curl ${settings.api}/v1/me -H "authorization: Bearer ${tokens.access_token}"`;
  byId("tokens").hidden = false;
  say("Logged in.");
}

const failed = (error) => say(`That did not work: ${error.message}`);
byId("log-in")?.addEventListener("click", () => logIn().catch(failed));
byId("exchange")?.addEventListener("submit", (event) => exchange(event).catch(failed));
const verifier = byId("verifier");
if (verifier) verifier.value = sessionStorage.getItem("verifier") ?? "";
