//! Cognito's refusals: the code that an SDK turns into a typed error, and the sentence that goes with it.

/// The codes of the service that this pool uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    CodeMismatch,
    EnableSoftwareTokenMfa,
    ExpiredCode,
    InternalError,
    InvalidParameter,
    InvalidPassword,
    LimitExceeded,
    MissingAuthenticationToken,
    NotAuthorized,
    RefreshTokenReuse,
    ResourceNotFound,
    Serialization,
    SoftwareTokenMfaNotFound,
    UnknownOperation,
    UnsupportedTokenType,
    UnsupportedUserState,
    UserLambdaValidation,
    UserNotConfirmed,
    UserNotFound,
    UsernameExists,
}

impl ErrorCode {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::CodeMismatch => "CodeMismatchException",
            Self::EnableSoftwareTokenMfa => "EnableSoftwareTokenMFAException",
            Self::ExpiredCode => "ExpiredCodeException",
            Self::InternalError => "InternalErrorException",
            Self::InvalidParameter => "InvalidParameterException",
            Self::InvalidPassword => "InvalidPasswordException",
            Self::LimitExceeded => "LimitExceededException",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::NotAuthorized => "NotAuthorizedException",
            Self::RefreshTokenReuse => "RefreshTokenReuseException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::Serialization => "SerializationException",
            Self::SoftwareTokenMfaNotFound => "SoftwareTokenMFANotFoundException",
            Self::UnknownOperation => "UnknownOperationException",
            Self::UnsupportedTokenType => "UnsupportedTokenTypeException",
            Self::UnsupportedUserState => "UnsupportedUserStateException",
            Self::UserLambdaValidation => "UserLambdaValidationException",
            Self::UserNotConfirmed => "UserNotConfirmedException",
            Self::UserNotFound => "UserNotFoundException",
            Self::UsernameExists => "UsernameExistsException",
        }
    }

    /// The HTTP status: the service answers 400 to everything that the caller can mend.
    pub fn status(self) -> http::StatusCode {
        match self {
            Self::InternalError => http::StatusCode::INTERNAL_SERVER_ERROR,
            _ => http::StatusCode::BAD_REQUEST,
        }
    }
}

/// An operation that was refused.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {message}", code.name())]
pub struct Refusal {
    pub code: ErrorCode,
    pub message: String,
}

impl Refusal {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub fn not_authorized(message: &str) -> Self {
        Self::new(ErrorCode::NotAuthorized, message)
    }

    pub fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidParameter, message)
    }

    /// The common answer to an unknown name, a wrong password and a disabled account with a wrong password.
    pub fn wrong_credentials() -> Self {
        Self::not_authorized("Incorrect username or password.")
    }

    pub fn wrong_code() -> Self {
        Self::new(ErrorCode::CodeMismatch, "Invalid verification code provided, please try again.")
    }

    pub fn expired_code() -> Self {
        Self::new(ErrorCode::ExpiredCode, "Invalid code provided, please request a code again.")
    }

    pub fn too_many_attempts() -> Self {
        Self::new(ErrorCode::LimitExceeded, "Attempt limit exceeded, please try after some time.")
    }
}
