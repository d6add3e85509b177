//! The shape of passwords, codes and tokens. Whether they are right is known to the user pool alone.
//!
//! What can't be right is refused before the pool is asked: it would answer with an error that looks like one of ours, and it might
//! look at the account first, so that its answer would tell whether there is one.

use domain::core::sensitive::Sensitive;
use domain::core::text::InvalidField;

/// The pool's policy for passwords, as the template sets it.
const SHORTEST: usize = 12;
/// Cognito's own limit.
const LONGEST: usize = 256;

/// Whether the pool would take it as a new password.
///
/// # Errors
/// What the password lacks, in words for its owner.
pub(crate) fn is_strong(password: &Sensitive<String>) -> Result<(), InvalidField> {
    let text = password.expose();
    let has = |is: fn(&char) -> bool| text.chars().any(|character| is(&character));
    if !(SHORTEST..=LONGEST).contains(&text.chars().count()) {
        Err(InvalidField("must have 12 to 256 characters"))
    } else if text.trim() != text {
        Err(InvalidField("must not begin or end with a space"))
    } else if !(has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase) && has(char::is_ascii_digit)) {
        Err(InvalidField("must have a lowercase letter, an uppercase letter and a digit"))
    } else {
        Ok(())
    }
}

/// Whether it could be anybody's password. Old and temporary ones may be weaker than new ones have to be.
pub(crate) fn could_be_password(password: &Sensitive<String>) -> bool {
    let text = password.expose();
    (2..=LONGEST).contains(&text.chars().count()) && text.trim() == text
}

/// The code of a mail, without the spaces that copying adds; `None` if it can't be one.
pub(crate) fn code(text: &Sensitive<String>) -> Option<&str> {
    let code = text.expose().trim();
    ((4..=12).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

/// Whether it could be a refresh token: parts of base64url.
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
    fn what_can_be_no_password_is_not_tried() {
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
    fn a_refresh_token_is_base64url() {
        assert!(could_be_refresh_token(&secret("eyJjdHkiOiJKV1Qi.abc-_.x=")));
        assert!(!could_be_refresh_token(&secret("")));
        assert!(!could_be_refresh_token(&secret("eyJ jdHki")));
    }
}
