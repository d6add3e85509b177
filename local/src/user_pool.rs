//! The user pool of this machine, with the settings that the template gives to the deployed one.
//!
//! A setting that the template has and this module does not read is one that the emulated pool does not know.

use crate::services::{APP_CLIENT, HEADLESS_CLIENT, POOL};
use crate::template::Template;
use cognito_emulator::{Client, Config, PasswordPolicy};
use jiff::SignedDuration;
use serde_norway::Value;

/// The settings of the pool, whose hosted log-in is at `login` and returns to the app at `app`.
///
/// # Panics
/// If the template lacks a setting: it is part of this program.
pub(crate) fn config(template: &Template, login: &str, app: &str) -> Config {
    let mut config = Config::new(POOL, login);
    let pool = properties(template, "UserPool");
    let policy = &pool["Policies"]["PasswordPolicy"];
    config.password_policy = PasswordPolicy {
        minimum_length: usize::try_from(number(policy, "MinimumLength")).expect("a length"),
        uppercase: flag(policy, "RequireUppercase"),
        lowercase: flag(policy, "RequireLowercase"),
        numbers: flag(policy, "RequireNumbers"),
        symbols: flag(policy, "RequireSymbols"),
    };
    let days = number(policy, "TemporaryPasswordValidityDays");
    config.lifetimes.temporary_password = SignedDuration::from_hours(24 * days);

    let app_client = properties(template, "AppClient");
    let of_app = |name: &str| texts(&app_client[name]).iter().map(|uri| at(uri, app)).collect::<Vec<_>>();
    config.clients = vec![
        Client {
            redirect_uris: of_app("CallbackURLs"),
            logout_uris: of_app("LogoutURLs"),
            scopes: texts(&app_client["AllowedOAuthScopes"]),
            write_attributes: texts(&app_client["WriteAttributes"]),
            ..Client::app(APP_CLIENT, &[], &[])
        },
        Client {
            write_attributes: texts(&properties(template, "HeadlessClient")["WriteAttributes"]),
            ..Client::headless(HEADLESS_CLIENT)
        },
    ];
    for (lifetime, name, unit) in [
        (&mut config.lifetimes.access, "AccessTokenValidity", "AccessToken"),
        (&mut config.lifetimes.id, "IdTokenValidity", "IdToken"),
        (&mut config.lifetimes.refresh, "RefreshTokenValidity", "RefreshToken"),
    ] {
        let unit = app_client["TokenValidityUnits"][unit].as_str().unwrap_or_default();
        let count = number(app_client, name);
        *lifetime = match unit {
            "minutes" => SignedDuration::from_mins(count),
            "hours" => SignedDuration::from_hours(count),
            "days" => SignedDuration::from_hours(24 * count),
            other => panic!("AppClient: {name} is in {other:?}"),
        };
    }
    config
}

fn properties<'a>(template: &'a Template, id: &str) -> &'a Value {
    &template.document["Resources"][id]["Properties"]
}

fn number(of: &Value, name: &str) -> i64 {
    of[name].as_i64().unwrap_or_else(|| panic!("the template has no {name}"))
}

fn flag(of: &Value, name: &str) -> bool {
    of[name].as_bool().unwrap_or_else(|| panic!("the template has no {name}"))
}

fn texts(list: &Value) -> Vec<String> {
    let texts = list.as_sequence().into_iter().flatten().map(|text| match text {
        Value::Tagged(tagged) => &tagged.value,
        plain => plain,
    });
    texts.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// An address of the app in the template, such as `${AppUrl}/signed-out`, at the app of this machine.
fn at(address: &str, app: &str) -> String {
    address.rsplit_once('}').map_or_else(|| address.to_owned(), |(_, path)| format!("{app}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pool_of_this_machine_has_the_settings_of_the_template() {
        let template = Template::read();
        let config = config(&template, "http://127.0.0.1:8081", "http://127.0.0.1:8085");
        let policy = &properties(&template, "UserPool")["Policies"]["PasswordPolicy"];
        assert_eq!(policy["RequireSymbols"].as_bool(), Some(config.password_policy.symbols));
        assert_eq!(policy["MinimumLength"].as_u64(), Some(config.password_policy.minimum_length as u64));
        let [app, headless] = config.clients.as_slice() else { panic!("two clients") };
        assert_eq!(app.redirect_uris, ["http://127.0.0.1:8085/signed-in"]);
        assert_eq!(app.logout_uris, ["http://127.0.0.1:8085/signed-out"]);
        assert_eq!(config.lifetimes.refresh, SignedDuration::from_hours(7 * 24));
        // D-095: no token of the app changes how its user signs in, and no client changes an address.
        assert_eq!(app.scopes, ["openid", "email"]);
        for client in [app, headless] {
            assert_eq!(client.write_attributes, ["name"], "{}", client.id);
        }
    }

    #[test]
    fn other_settings_of_a_template_are_followed() {
        let mut template = Template::read();
        let policy = &mut template.document["Resources"]["UserPool"]["Properties"]["Policies"]["PasswordPolicy"];
        policy["RequireSymbols"] = true.into();
        policy["TemporaryPasswordValidityDays"] = 5.into();
        template.document["Resources"]["AppClient"]["Properties"]["AccessTokenValidity"] = 5.into();
        let config = config(&template, "http://127.0.0.1:8081", "http://127.0.0.1:8085");
        assert!(config.password_policy.symbols);
        assert_eq!(config.lifetimes.temporary_password, SignedDuration::from_hours(5 * 24));
        assert_eq!(config.lifetimes.access, SignedDuration::from_mins(5));
    }
}
