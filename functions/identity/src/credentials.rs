//! The form of passwords, codes and tokens. Only the user pool knows whether they are correct.
//!
//! A text of a wrong form is refused before the pool is called. The pool would answer with an error that looks like a
//! fault of the service, and it might look up the account first, so that its answer would reveal whether the account
//! exists.

use domain::core::sensitive::Sensitive;
use domain::core::text::InvalidField;

/// The minimum length of a password in the pool's policy, as the template sets it.
const MIN_PASSWORD: usize = 12;
/// The maximum length of a password in Cognito:
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html>.
const MAX_PASSWORD: usize = 256;

/// Checks a new password against the pool's policy.
///
/// # Errors
/// The requirement that the password does not meet, in words for its owner.
pub(crate) fn is_strong(password: &Sensitive<String>) -> Result<(), InvalidField> {
    let text = password.expose();
    let has = |is: fn(&char) -> bool| text.chars().any(|character| is(&character));
    if !(MIN_PASSWORD..=MAX_PASSWORD).contains(&text.chars().count()) {
        Err(InvalidField("must have 12 to 256 characters"))
    } else if text.trim() != text {
        Err(InvalidField("must not begin or end with a space"))
    } else if !(has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase) && has(char::is_ascii_digit)) {
        Err(InvalidField("must have a lowercase letter, an uppercase letter and a digit"))
    } else {
        Ok(())
    }
}

/// Whether the text has the form of an existing password. An old or temporary password may be weaker than a new one.
pub(crate) fn could_be_password(password: &Sensitive<String>) -> bool {
    let text = password.expose();
    (2..=MAX_PASSWORD).contains(&text.chars().count()) && text.trim() == text
}

/// The code of an e-mail, without the spaces that copying adds. `None` if the text does not have the form of a code.
pub(crate) fn code(text: &Sensitive<String>) -> Option<&str> {
    let code = text.expose().trim();
    ((4..=12).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

/// What a text is that has not the form of a one-time code.
pub(crate) const CODE_FORM: &str = "must be the six digits that the authenticator app shows";

/// The code of an authenticator app, without the spaces that apps show and copying adds. `None` if it is not six digits.
pub(crate) fn one_time_code(text: &Sensitive<String>) -> Option<Sensitive<String>> {
    let code: String = text.expose().chars().filter(|character| !character.is_whitespace()).collect();
    (code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())).then(|| Sensitive::new(code))
}

/// Whether the text has the form of the session of a challenge: 20 to 2048 characters, of which none needs an escape.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>.
pub(crate) fn could_be_challenge(session: &Sensitive<String>) -> bool {
    let text = session.expose();
    (20..=2048).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether the text has the form of a refresh token: parts in base64url.
pub(crate) fn could_be_refresh_token(token: &Sensitive<String>) -> bool {
    let text = token.expose();
    (1..=8192).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Sensitive<String> {
        Sensitive::new(text.to_owned())
    }

    #[test]
    fn a_new_password_is_long_and_mixed() {
        assert!(is_strong(&secret("Correct horse 7")).is_ok());
        assert!(is_strong(&secret("सुरक्षित पासवर्ड aB7")).is_ok());
        for weak in ["", "Short7aB", "correct horse 7", "CORRECT HORSE 7", "Correct horse", " Correct horse 7"] {
            assert!(is_strong(&secret(weak)).is_err(), "{weak}");
        }
        assert!(is_strong(&secret(&format!("aB7{}", "x".repeat(254)))).is_err());
    }

    #[test]
    fn a_text_without_the_form_of_a_password_is_not_tried() {
        assert!(could_be_password(&secret("Temp-1")));
        for text in ["", "x", " password", "password\n"] {
            assert!(!could_be_password(&secret(text)), "{text:?}");
        }
    }

    #[test]
    fn a_code_is_digits() {
        assert_eq!(code(&secret(" 123456 ")), Some("123456"));
        for text in ["", "123", "12345a", "123 456", "१२३४५६"] {
            assert_eq!(code(&secret(text)), None, "{text}");
        }
    }

    #[test]
    fn a_one_time_code_is_six_digits() {
        assert_eq!(one_time_code(&secret(" 287 082\n")).unwrap().expose(), "287082");
        for text in ["", "28708", "2870821", "28708a", "२८७०८२"] {
            assert!(one_time_code(&secret(text)).is_none(), "{text}");
        }
    }

    #[test]
    fn a_session_of_a_challenge_is_long_and_printable() {
        assert!(could_be_challenge(&secret("AYABeC1-y8qooiuysEv0uM4wAqQ")));
        for text in ["", "short", "AYABeC1-y8qooiuysEv0uM4w AqQ", "AYABeC1-y8qooiuysEv0uM4wé"] {
            assert!(!could_be_challenge(&secret(text)), "{text}");
        }
    }

    #[test]
    fn a_refresh_token_is_base64url() {
        assert!(could_be_refresh_token(&secret("eyJjdHkiOiJKV1Qi.abc-_.x=")));
        assert!(!could_be_refresh_token(&secret("")));
        assert!(!could_be_refresh_token(&secret("eyJ jdHki")));
    }
}
