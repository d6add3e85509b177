/** What a stage tells its app. */
export interface Config {
  stage: string;
  loginUrl: string;
  clientId: string;
  userPoolIssuer?: string;
  razorpayCheckoutUrl: string;
  emergencyNumber?: string;
}

let loaded: Promise<Config> | undefined;

export function config(): Promise<Config> {
  loaded ??= fetch('/config.json', { cache: 'no-cache' }).then(answer => {
    if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
    return answer.json();
  });
  loaded.catch(() => {
    loaded = undefined;
  });
  return loaded;
}
