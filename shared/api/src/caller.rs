//! The caller, read strictly from the claims that the gateway's authorizer has verified.
//!
//! The authorizer checks the token's signature, issuer, audience and expiry. It accepts ID tokens too, and passes
//! claims on as *strings*: a list of groups arrives as `"[admin doctor]"`. If a claim is absent or malformed, the
//! caller is anonymous.

use crate::problem::{self, Problem};
use domain::access::{Actor, Role};
use domain::core::id::{DoctorId, PatientId, UserId};
use jiff::Timestamp;
use std::collections::HashMap;

/// The caller of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A caller who is not signed in.
    Anonymous,
    /// A user with a valid access token.
    User(User),
}

/// A signed-in user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id of the user, from the `sub` claim.
    pub id: UserId,
    /// The username of the user pool.
    pub username: String,
    /// The roles in which the user acts, from the user's groups, most powerful first.
    pub roles: Vec<Role>,
    /// The roles of the user's groups in which the user does not act, because the sign-in had no second factor.
    pub withheld: Vec<Role>,
    /// The id that the tokens of one sign-in share (the `origin_jti` claim).
    pub session: Option<String>,
    /// The instant at which the user signed in (the `auth_time` claim). A refreshed token keeps it.
    pub signed_in_at: Timestamp,
}

impl Caller {
    /// Reads the claims that the authorizer passed on. Claims that are not those of a complete access token give
    /// [`Caller::Anonymous`].
    pub fn from_claims(claims: &HashMap<String, String>) -> Self {
        Self::try_from_claims(claims).map_or(Caller::Anonymous, Caller::User)
    }

    fn try_from_claims(claims: &HashMap<String, String>) -> Option<User> {
        if claims.get("token_use")? != "access" {
            return None;
        }
        let mut roles = groups(claims.get("cognito:groups").map_or("", String::as_str));
        roles.sort_by_key(|role| match role {
            Role::Admin => 0,
            Role::Doctor => 1,
            Role::Lab => 2,
            Role::Patient => 3,
        });
        roles.dedup();
        let (withheld, roles) = match has_second_factor(claims) {
            true => (vec![], roles),
            false => roles.into_iter().partition(|role| role.needs_second_factor()),
        };
        Some(User {
            id: claims.get("sub")?.parse().ok()?,
            username: claims.get("username")?.clone(),
            roles,
            withheld,
            session: claims.get("origin_jti").cloned(),
            signed_in_at: Timestamp::from_second(claims.get("auth_time")?.parse().ok()?).ok()?,
        })
    }

    /// The signed-in user.
    ///
    /// # Errors
    /// 401 if the caller is not signed in.
    pub fn user(&self) -> Result<&User, Problem> {
        match self {
            Caller::User(user) => Ok(user),
            Caller::Anonymous => Err(Problem::of(&problem::UNAUTHENTICATED)),
        }
    }

    /// The caller as a patient.
    ///
    /// # Errors
    /// 401 if the caller is not signed in, 403 if the user is no patient.
    pub fn as_patient(&self) -> Result<PatientId, Problem> {
        let user = self.user()?;
        if user.has(Role::Patient) { Ok(user.id.as_patient()) } else { Err(Problem::forbidden()) }
    }

    /// The caller as a doctor.
    ///
    /// # Errors
    /// 401 if the caller is not signed in, 403 if the user is no doctor.
    pub fn as_doctor(&self) -> Result<DoctorId, Problem> {
        let user = self.user()?;
        if user.has(Role::Doctor) { Ok(user.id.as_doctor()) } else { Err(Problem::forbidden()) }
    }

    /// The actors that the caller may act as, most powerful first.
    pub fn actors(&self) -> Vec<Actor> {
        let Caller::User(user) = self else { return vec![] };
        user.roles
            .iter()
            .map(|role| match role {
                Role::Admin => Actor::Admin(user.id),
                Role::Doctor => Actor::Doctor(user.id.as_doctor()),
                Role::Lab => Actor::Lab(user.id),
                Role::Patient => Actor::Patient(user.id.as_patient()),
            })
            .collect()
    }
}

impl User {
    /// The roles of the user's groups, whether or not the user acts in them.
    pub fn all_roles(&self) -> Vec<Role> {
        self.withheld.iter().chain(&self.roles).copied().collect()
    }

    /// Whether the user acts in this role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Refuses a token from a sign-in before `ended_at`, the instant at which the user logged out everywhere. The time
    /// of the sign-in counts and not that of the token, so that neither a refresh nor the cookie of the hosted log-in
    /// makes a token that outlives the log-out.
    ///
    /// # Errors
    /// 401 `session-ended`.
    pub(crate) fn must_be_signed_in_after(&self, ended_at: Option<Timestamp>) -> Result<(), Problem> {
        match ended_at {
            // Tokens carry whole seconds: a sign-in in the second of the log-out counts as before it.
            Some(ended_at) if self.signed_in_at.as_second() <= ended_at.as_second() => {
                Err(Problem::of(&problem::SESSION_ENDED))
            }
            _ => Ok(()),
        }
    }
}

/// The level of a sign-in by password and a code of an authenticator app, as Cognito names it:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-step-up-authentication.html>.
pub(crate) const LEVEL_OF_CODE: &str = "urn:cognito:loa:4";
/// The level of a sign-in by passkey, or by password and a code in a message.
const LEVEL_OF_PASSKEY: &str = "urn:cognito:loa:3";

/// Whether the sign-in had a second factor that a role may need: a code of an authenticator app, or a passkey. A code in a
/// message has the level of a passkey, so the methods tell them apart. Absent and unknown claims are none.
fn has_second_factor(claims: &HashMap<String, String>) -> bool {
    let methods = claims.get("amr").map_or("", String::as_str);
    match claims.get("acr").map(String::as_str) {
        Some(LEVEL_OF_CODE) => true,
        Some(LEVEL_OF_PASSKEY) => words(methods).any(|method| matches!(method, "swk" | "hwk")),
        _ => false,
    }
}

/// The words of a claim that was a list: `"[pwd otp]"`.
fn words(claim: &str) -> impl Iterator<Item = &str> {
    claim.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(claim).split(' ')
}

/// Reads `"[admin doctor]"`, word by word: a group that only contains a role's name is no role.
fn groups(claim: &str) -> Vec<Role> {
    words(claim)
        .filter_map(|group| match group {
            "admin" => Some(Role::Admin),
            "doctor" => Some(Role::Doctor),
            "lab" => Some(Role::Lab),
            "patient" => Some(Role::Patient),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        let mut claims: HashMap<_, _> = [
            ("sub", "7b0e3f4c-3a65-4f07-9d5e-8a8d1b1c0001"),
            ("token_use", "access"),
            ("username", "7b0e3f4c-3a65-4f07-9d5e-8a8d1b1c0001"),
            ("auth_time", "1795300000"),
            ("cognito:groups", "[patient]"),
            ("acr", "urn:cognito:loa:4"),
            ("amr", "[pwd otp mfa]"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
        claims.extend(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        claims
    }

    fn roles(groups: &str) -> Vec<Role> {
        Caller::from_claims(&claims(&[("cognito:groups", groups)])).user().unwrap().roles.clone()
    }

    #[test]
    fn groups_are_words_and_not_substrings() {
        assert_eq!(roles("[nonadmin]"), []);
        assert_eq!(roles("[admin doctor]"), [Role::Admin, Role::Doctor]);
        assert_eq!(roles("[patient,admin]"), []);
        assert_eq!(roles("administrators"), []);
        assert_eq!(roles(""), []);
    }

    #[test]
    fn staff_act_in_their_role_only_after_a_sign_in_with_a_second_factor() {
        let of = |acr: Option<&str>, amr: Option<&str>| {
            let mut claims = claims(&[("cognito:groups", "[patient doctor admin lab]")]);
            for (name, value) in [("acr", acr), ("amr", amr)] {
                claims.remove(name);
                claims.extend(value.map(|value| (name.to_owned(), value.to_owned())));
            }
            let caller = Caller::from_claims(&claims);
            assert_eq!(caller.user().unwrap().all_roles(), [Role::Admin, Role::Doctor, Role::Lab, Role::Patient]);
            assert_eq!(caller.actors().len(), caller.user().unwrap().roles.len());
            caller.user().unwrap().withheld.is_empty()
        };
        let (level_1, level_2, level_3, level_4) =
            (Some("urn:cognito:loa:1"), Some("urn:cognito:loa:2"), Some(LEVEL_OF_PASSKEY), Some(LEVEL_OF_CODE));
        for (acr, amr) in
            [(level_4, Some("[pwd otp mfa]")), (level_4, None), (level_3, Some("[swk]")), (level_3, Some("[hwk mfa]"))]
        {
            assert!(of(acr, amr), "{acr:?} {amr:?}");
        }
        for (acr, amr) in [
            (None, None),
            (None, Some("[pwd otp mfa]")),
            (level_1, Some("[pwd]")),
            (level_1, Some("[hwk]")),
            (level_2, Some("[sms]")),
            (level_3, Some("[pwd sms mfa]")),
            (level_3, Some("[xhwk]")),
            (level_3, None),
            (Some("urn:cognito:loa:40"), Some("[hwk]")),
            (Some("loa:4"), Some("[hwk]")),
            (Some(""), Some("")),
        ] {
            assert!(!of(acr, amr), "{acr:?} {amr:?}");
        }
    }

    #[test]
    fn an_id_token_gives_an_anonymous_caller() {
        assert_eq!(Caller::from_claims(&claims(&[("token_use", "id")])), Caller::Anonymous);
    }

    #[test]
    fn absent_or_malformed_claims_give_an_anonymous_caller() {
        assert_eq!(Caller::from_claims(&HashMap::new()), Caller::Anonymous);
        for name in ["sub", "token_use", "username", "auth_time"] {
            let mut lacking = claims(&[]);
            lacking.remove(name);
            assert_eq!(Caller::from_claims(&lacking), Caller::Anonymous, "without {name}");
        }
        assert_eq!(Caller::from_claims(&claims(&[("sub", "nobody")])), Caller::Anonymous);
    }

    #[test]
    fn a_token_from_a_sign_in_before_the_log_out_is_refused() {
        let caller = Caller::from_claims(&claims(&[("iat", "1795300900")]));
        let user = caller.user().unwrap();
        assert!(user.must_be_signed_in_after(None).is_ok());
        assert!(user.must_be_signed_in_after(Some("2020-01-01T00:00:00Z".parse().unwrap())).is_ok());
        // The token itself is younger than the log-out: it was refreshed since.
        assert!(user.must_be_signed_in_after(Some(Timestamp::from_second(1_795_300_300).unwrap())).is_err());
        assert!(user.must_be_signed_in_after(Some(user.signed_in_at)).is_err());
    }
}
