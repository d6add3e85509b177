//! Accounts: signing up, logging in, sessions, groups; by Amazon Cognito.
//!
//! The port never shows whether an account exists: logging in to an account that does not exist fails as a wrong
//! password does, and confirming one fails as a wrong code does. Only [`UserPool::sign_up`] reports to the *endpoint*
//! that an address is taken; the endpoint must not pass it on. The meaning of a token and the permissions of a user are
//! not here.

use aws_config::SdkConfig;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::builders::InitiateAuthFluentBuilder;
use aws_sdk_cognitoidentityprovider::types::{
    AttributeType, AuthFlowType, AuthenticationResultType, ChallengeNameType, DeliveryMediumType,
    SoftwareTokenMfaSettingsType, UserStatusType, UserType,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use domain::core::id::UserId;
use domain::core::person::{Email, PersonName};
use domain::core::sensitive::Sensitive;
use jiff::Timestamp;

use crate::{Future, ServiceUnavailable};

/// The tokens of a user who is logged in.
#[derive(Debug, Clone)]
pub struct Session {
    /// The token that requests carry.
    pub access_token: Sensitive<String>,
    /// The token that is exchanged, once, for the next session.
    pub refresh_token: Sensitive<String>,
    /// The token that tells the app which user has logged in; no endpoint accepts it.
    pub id_token: Option<Sensitive<String>>,
    /// The seconds for which the access token is valid.
    pub expires_in: u32,
}

/// The result of a log-in with the right credentials.
#[derive(Debug, Clone)]
pub enum LogIn {
    /// The user is logged in.
    Session(Session),
    /// The pool asks for another step, which [`UserPool::answer_challenge`] takes.
    Challenge(Challenge),
    /// The pool asks for a step that only the hosted login can answer. The name is Cognito's; it is `RESET_REQUIRED` if
    /// the password has to be reset.
    ChallengeRequired(String),
}

/// The next step of a log-in. It has to be answered within three minutes.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// What the pool asks for.
    pub kind: ChallengeKind,
    /// The text that names the log-in under way. It is spent by a right answer.
    pub session: Sensitive<String>,
}

/// A step that a log-in can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeKind {
    /// A code of the user's authenticator app.
    OneTimeCode,
    /// A password in place of the one of the invitation.
    NewPassword,
}

/// The answer to a [`Challenge`].
#[derive(Debug, Clone, Copy)]
pub enum ChallengeAnswer<'a> {
    /// A code of the authenticator app.
    OneTimeCode(&'a Sensitive<String>),
    /// The new password.
    NewPassword(&'a Sensitive<String>),
}

/// An account, as the pool knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolUser {
    /// The `sub` of the account, which never changes.
    pub id: UserId,
    /// The e-mail address that the user logs in with.
    pub email: Option<String>,
    /// The name that the user gave at sign-up.
    pub name: Option<String>,
    /// Whether the user has proved that the address is theirs.
    pub email_verified: bool,
    /// The status of the account.
    pub status: UserStatus,
    /// Whether the user may log in at all.
    pub enabled: bool,
    /// Whether a log-in asks for a code of an authenticator app. The pool does not say it in a list.
    pub has_authenticator: Option<bool>,
    /// The instant at which the account was made.
    pub created_at: Timestamp,
}

/// Which accounts a list has. The pool takes one condition for a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserFilter<'a> {
    /// All.
    All,
    /// Those whose address begins with this text.
    EmailBegins(&'a str),
    /// The members of a group.
    Group(&'a str),
    /// Those that may log in, or those that may not.
    Enabled(bool),
    /// Those with this status.
    Status(UserStatus),
}

/// A page of accounts, in no particular order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPage {
    /// The accounts.
    pub users: Vec<PoolUser>,
    /// The pool's own mark of the next page.
    pub next: Option<String>,
}

/// The status of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserStatus {
    /// The user has not confirmed the address.
    Unconfirmed,
    /// The account is in use.
    Confirmed,
    /// An administrator made the account; its user has not logged in yet.
    Invited,
    /// Any other status of Cognito.
    Other,
}

/// Why the pool refused or failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserPoolError {
    /// The password is wrong, the account does not exist or is disabled, or the refresh token is not valid (any more).
    #[error("the credentials are wrong")]
    WrongCredentials,
    /// The password is right, but the user has not confirmed the address.
    #[error("the account is not confirmed")]
    NotConfirmed,
    /// The confirmation code is wrong, or the account needs no confirmation.
    #[error("the code does not match")]
    CodeMismatch,
    /// The confirmation code was right, but is not valid any more.
    #[error("the code has expired")]
    CodeExpired,
    /// The password does not satisfy the pool's policy. The text is Cognito's and may be shown to the user.
    #[error("the password is too weak: {0}")]
    WeakPassword(String),
    /// The address has an account already.
    #[error("the account exists")]
    AlreadyExists,
    /// An administrative call named an account that does not exist, or a code was asked for an account that gets none.
    #[error("there is no such account")]
    NoSuchUser,
    /// The mark of a page is none of the pool's.
    #[error("there is no such page")]
    InvalidPage,
    /// Too many attempts for this account, or for the pool: try again later.
    #[error("too many requests")]
    TooManyRequests,
    /// Cognito gave no usable answer.
    #[error(transparent)]
    Unavailable(#[from] ServiceUnavailable),
}

impl UserPoolError {
    /// Whether the same call may succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::TooManyRequests | Self::Unavailable(_))
    }
}

/// The result of the methods of the port.
pub type Outcome<'a, T> = Future<'a, Result<T, UserPoolError>>;

/// The port: the pool of accounts.
pub trait UserPool: Send + Sync {
    /// Makes an unconfirmed account and e-mails a code to its user. Returns its `sub`.
    fn sign_up<'a>(
        &'a self,
        email: &'a Email,
        password: &'a Sensitive<String>,
        name: &'a PersonName,
    ) -> Outcome<'a, UserId>;

    /// Confirms an address by the code that was e-mailed to it.
    fn confirm_sign_up<'a>(&'a self, email: &'a Email, code: &'a str) -> Outcome<'a, ()>;

    /// E-mails the confirmation code of an unconfirmed account again.
    ///
    /// [`UserPoolError::NoSuchUser`] is an account that gets no code, for any reason. The endpoint must not pass it on.
    fn resend_confirmation<'a>(&'a self, email: &'a Email) -> Outcome<'a, ()>;

    /// E-mails a code by which the password can be reset.
    ///
    /// [`UserPoolError::NoSuchUser`] is an account that gets no code, for any reason. The endpoint must not pass it on.
    fn forgot_password<'a>(&'a self, email: &'a Email) -> Outcome<'a, ()>;

    /// Sets a new password by the code of [`UserPool::forgot_password`]. Sessions stay valid; the trigger that the pool
    /// invokes before it answers ends them.
    fn confirm_forgot_password<'a>(
        &'a self,
        email: &'a Email,
        code: &'a str,
        password: &'a Sensitive<String>,
    ) -> Outcome<'a, ()>;

    /// Logs a user in by password. The login is the address or the username of the account.
    fn log_in<'a>(&'a self, login: &'a str, password: &'a Sensitive<String>) -> Outcome<'a, LogIn>;

    /// Takes the next step of a log-in. A wrong code, a code that was used, too many codes, and a session that is spent,
    /// expired or of another login are all [`UserPoolError::CodeMismatch`].
    fn answer_challenge<'a>(
        &'a self,
        login: &'a str,
        session: &'a Sensitive<String>,
        answer: ChallengeAnswer<'a>,
    ) -> Outcome<'a, LogIn>;

    /// Makes the secret of a new authenticator app. The present app, if there is one, stays in force until
    /// [`UserPool::verify_authenticator`]. The token is one of a log-in by password, because a token of the app lacks the
    /// scope that this needs.
    fn begin_authenticator<'a>(&'a self, access_token: &'a Sensitive<String>) -> Outcome<'a, Sensitive<String>>;

    /// Takes the new app in place of the present one, if this is its code.
    fn verify_authenticator<'a>(
        &'a self,
        access_token: &'a Sensitive<String>,
        code: &'a Sensitive<String>,
    ) -> Outcome<'a, ()>;

    /// Has log-ins ask for a code of the verified app from now on.
    fn require_authenticator<'a>(&'a self, access_token: &'a Sensitive<String>) -> Outcome<'a, ()>;

    /// Removes the authenticator app of an account, if there is one: log-ins ask for the password alone.
    fn remove_authenticator<'a>(&'a self, username: &'a str) -> Outcome<'a, ()>;

    /// Ends the session of a refresh token.
    fn revoke<'a>(&'a self, refresh_token: &'a Sensitive<String>) -> Outcome<'a, ()>;

    /// Whether this is the account's password. A wrong one counts as a failed log-in. The pool makes a session for a right
    /// one, whose tokens are thrown away.
    fn check_password<'a>(&'a self, username: &'a str, password: &'a Sensitive<String>) -> Outcome<'a, ()>;

    /// Sets the password of an account. Sessions stay valid.
    fn set_password<'a>(&'a self, username: &'a str, password: &'a Sensitive<String>) -> Outcome<'a, ()>;

    /// Exchanges a refresh token for a new session. With rotation, the old token is no longer valid.
    fn refresh<'a>(&'a self, refresh_token: &'a Sensitive<String>) -> Outcome<'a, Session>;

    /// Ends every session of an account: no refresh token works any more. Access tokens that were issued stay valid
    /// until they expire. The pool is an argument because triggers learn it from their event: a variable for it would
    /// make the template circular.
    fn end_sessions<'a>(&'a self, pool_id: &'a str, username: &'a str) -> Outcome<'a, ()>;

    /// Adds an account to a group, if it is not a member. The pool is an argument as above.
    fn add_to_group<'a>(&'a self, pool_id: &'a str, username: &'a str, group: &'a str) -> Outcome<'a, ()>;

    /// Makes an account for another person, to whom Cognito e-mails an invitation with a first password. Returns its
    /// `sub`. If the address has an account, returns its `sub` and changes nothing, so that a caller that was
    /// interrupted can start again.
    fn create_user<'a>(&'a self, email: &'a Email, name: &'a PersonName) -> Outcome<'a, UserId>;

    /// The account with this `sub`, username or address; `None` if there is none.
    fn user<'a>(&'a self, username: &'a str) -> Outcome<'a, Option<PoolUser>>;

    /// Forbids an account to log in or to refresh its sessions.
    fn disable<'a>(&'a self, username: &'a str) -> Outcome<'a, ()>;

    /// Allows it again.
    fn enable<'a>(&'a self, username: &'a str) -> Outcome<'a, ()>;

    /// Removes an account from a group, if it is a member.
    fn remove_from_group<'a>(&'a self, username: &'a str, group: &'a str) -> Outcome<'a, ()>;

    /// The groups of an account.
    fn groups<'a>(&'a self, username: &'a str) -> Outcome<'a, Vec<String>>;

    /// A page of at most `limit` accounts (60 at most), after the mark of the page before. A page may be short and still
    /// have a successor.
    ///
    /// [`UserPoolError::InvalidPage`] is a mark that the pool does not know.
    fn users<'a>(&'a self, filter: UserFilter<'a>, limit: i32, after: Option<&'a str>) -> Outcome<'a, UserPage>;
}

/// The adapter to an Amazon Cognito user pool, in which users log in by their address. Its app client has no secret and
/// allows `USER_PASSWORD_AUTH`.
#[derive(Debug, Clone)]
pub struct CognitoUserPool {
    client: Client,
    pool_id: String,
    client_id: String,
}

impl CognitoUserPool {
    /// The pool `pool_id`, through its app client `client_id`.
    pub fn new(config: &SdkConfig, pool_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self { client: Client::new(config), pool_id: pool_id.into(), client_id: client_id.into() }
    }

    /// For a trigger of a pool, which learns the pool from its event. Only [`UserPool::add_to_group`] and
    /// [`UserPool::end_sessions`], which take the pool as an argument, are of use then.
    pub fn of_trigger(config: &SdkConfig) -> Self {
        Self::new(config, "", "")
    }

    /// The first step of a log-in by password.
    fn initiate(&self, login: &str, password: &Sensitive<String>) -> InitiateAuthFluentBuilder {
        self.client
            .initiate_auth()
            .client_id(&self.client_id)
            .auth_flow(AuthFlowType::UserPasswordAuth)
            .auth_parameters("USERNAME", login)
            .auth_parameters("PASSWORD", password.expose())
    }
}

impl UserPool for CognitoUserPool {
    fn sign_up<'a>(
        &'a self,
        email: &'a Email,
        password: &'a Sensitive<String>,
        name: &'a PersonName,
    ) -> Outcome<'a, UserId> {
        const SIGN_UP: &str = "cognito SignUp";
        Box::pin(async move {
            let made = self
                .client
                .sign_up()
                .client_id(&self.client_id)
                .username(email.as_str())
                .password(password.expose())
                // The pool makes the username its `email` attribute; the app clients may not write that one.
                .user_attributes(attribute("name", name.as_str()))
                .send()
                .await
                .map_err(|error| refusal(SIGN_UP, &[], &error))?;
            user_id(SIGN_UP, made.user_sub())
        })
    }

    fn confirm_sign_up<'a>(&'a self, email: &'a Email, code: &'a str) -> Outcome<'a, ()> {
        const CONFIRM: &str = "cognito ConfirmSignUp";
        Box::pin(async move {
            let confirmed = self
                .client
                .confirm_sign_up()
                .client_id(&self.client_id)
                .username(email.as_str())
                .confirmation_code(code)
                .send()
                .await;
            confirmed.map(drop).map_err(|error| refusal(CONFIRM, UNKNOWN_IS_WRONG_CODE, &error))
        })
    }

    fn resend_confirmation<'a>(&'a self, email: &'a Email) -> Outcome<'a, ()> {
        const RESEND: &str = "cognito ResendConfirmationCode";
        Box::pin(async move {
            let call = self.client.resend_confirmation_code().client_id(&self.client_id).username(email.as_str());
            call.send().await.map(drop).map_err(|error| refusal(RESEND, GETS_NO_CODE, &error))
        })
    }

    fn forgot_password<'a>(&'a self, email: &'a Email) -> Outcome<'a, ()> {
        const FORGOT: &str = "cognito ForgotPassword";
        Box::pin(async move {
            let call = self.client.forgot_password().client_id(&self.client_id).username(email.as_str());
            call.send().await.map(drop).map_err(|error| refusal(FORGOT, GETS_NO_CODE, &error))
        })
    }

    fn confirm_forgot_password<'a>(
        &'a self,
        email: &'a Email,
        code: &'a str,
        password: &'a Sensitive<String>,
    ) -> Outcome<'a, ()> {
        const RESET: &str = "cognito ConfirmForgotPassword";
        Box::pin(async move {
            let reset = self
                .client
                .confirm_forgot_password()
                .client_id(&self.client_id)
                .username(email.as_str())
                .confirmation_code(code)
                .password(password.expose())
                .send()
                .await;
            reset.map(drop).map_err(|error| refusal(RESET, UNKNOWN_IS_WRONG_CODE, &error))
        })
    }

    fn log_in<'a>(&'a self, login: &'a str, password: &'a Sensitive<String>) -> Outcome<'a, LogIn> {
        const LOG_IN: &str = "cognito InitiateAuth";
        Box::pin(async move {
            let answer = self.initiate(login, password).send().await;
            match answer {
                Ok(output) => next(LOG_IN, output.authentication_result, output.challenge_name, output.session),
                Err(error) if error.code() == Some("PasswordResetRequiredException") => {
                    Ok(LogIn::ChallengeRequired("RESET_REQUIRED".to_owned()))
                }
                Err(error) => Err(refusal(LOG_IN, UNKNOWN_IS_WRONG_CREDENTIALS, &error)),
            }
        })
    }

    fn answer_challenge<'a>(
        &'a self,
        login: &'a str,
        session: &'a Sensitive<String>,
        answer: ChallengeAnswer<'a>,
    ) -> Outcome<'a, LogIn> {
        const RESPOND: &str = "cognito RespondToAuthChallenge";
        Box::pin(async move {
            let (name, response, value) = match answer {
                ChallengeAnswer::OneTimeCode(code) => {
                    (ChallengeNameType::SoftwareTokenMfa, "SOFTWARE_TOKEN_MFA_CODE", code)
                }
                ChallengeAnswer::NewPassword(password) => {
                    (ChallengeNameType::NewPasswordRequired, "NEW_PASSWORD", password)
                }
            };
            let answer = self
                .client
                .respond_to_auth_challenge()
                .client_id(&self.client_id)
                .challenge_name(name)
                .session(session.expose())
                .challenge_responses("USERNAME", login)
                .challenge_responses(response, value.expose())
                .send()
                .await
                .map_err(|error| refusal(RESPOND, REFUSED_ANSWER, &error))?;
            next(RESPOND, answer.authentication_result, answer.challenge_name, answer.session)
        })
    }

    fn begin_authenticator<'a>(&'a self, access_token: &'a Sensitive<String>) -> Outcome<'a, Sensitive<String>> {
        const ASSOCIATE: &str = "cognito AssociateSoftwareToken";
        Box::pin(async move {
            let call = self.client.associate_software_token().access_token(access_token.expose());
            let answer = call.send().await.map_err(|error| refusal(ASSOCIATE, &[], &error))?;
            let secret = answer.secret_code.ok_or_else(|| ServiceUnavailable::new(ASSOCIATE, "no secret"))?;
            Ok(Sensitive::new(secret))
        })
    }

    fn verify_authenticator<'a>(
        &'a self,
        access_token: &'a Sensitive<String>,
        code: &'a Sensitive<String>,
    ) -> Outcome<'a, ()> {
        Box::pin(async move {
            let call = self.client.verify_software_token().access_token(access_token.expose()).user_code(code.expose());
            call.send()
                .await
                .map(drop)
                .map_err(|error| refusal("cognito VerifySoftwareToken", WRONG_FIRST_CODE, &error))
        })
    }

    fn require_authenticator<'a>(&'a self, access_token: &'a Sensitive<String>) -> Outcome<'a, ()> {
        Box::pin(async move {
            let settings = SoftwareTokenMfaSettingsType::builder().enabled(true).preferred_mfa(true).build();
            let call = self.client.set_user_mfa_preference().access_token(access_token.expose());
            let set = call.software_token_mfa_settings(settings).send().await;
            set.map(drop).map_err(|error| refusal("cognito SetUserMFAPreference", &[], &error))
        })
    }

    fn remove_authenticator<'a>(&'a self, username: &'a str) -> Outcome<'a, ()> {
        Box::pin(async move {
            let call = self.client.admin_delete_software_token().user_pool_id(&self.pool_id).username(username);
            match call.send().await {
                Ok(_) => Ok(()),
                // A repetition finds none.
                Err(error) if error.code() == Some("SoftwareTokenMFANotFoundException") => Ok(()),
                Err(error) => Err(admin_refusal("cognito AdminDeleteSoftwareToken", &error)),
            }
        })
    }

    fn revoke<'a>(&'a self, refresh_token: &'a Sensitive<String>) -> Outcome<'a, ()> {
        Box::pin(async move {
            let call = self.client.revoke_token().client_id(&self.client_id).token(refresh_token.expose());
            call.send().await.map(drop).map_err(|error| refusal("cognito RevokeToken", &[], &error))
        })
    }

    fn check_password<'a>(&'a self, username: &'a str, password: &'a Sensitive<String>) -> Outcome<'a, ()> {
        Box::pin(async move {
            let answer = self.initiate(username, password).send().await;
            // Tokens, or the pool asks for another step: the password is right.
            answer.map(drop).map_err(|error| refusal("cognito InitiateAuth", UNKNOWN_IS_WRONG_CREDENTIALS, &error))
        })
    }

    fn set_password<'a>(&'a self, username: &'a str, password: &'a Sensitive<String>) -> Outcome<'a, ()> {
        Box::pin(async move {
            let set = self
                .client
                .admin_set_user_password()
                .user_pool_id(&self.pool_id)
                .username(username)
                .password(password.expose())
                .permanent(true)
                .send()
                .await;
            set.map(drop).map_err(|error| admin_refusal("cognito AdminSetUserPassword", &error))
        })
    }

    fn refresh<'a>(&'a self, refresh_token: &'a Sensitive<String>) -> Outcome<'a, Session> {
        const REFRESH: &str = "cognito GetTokensFromRefreshToken";
        Box::pin(async move {
            let answer = self
                .client
                .get_tokens_from_refresh_token()
                .client_id(&self.client_id)
                .refresh_token(refresh_token.expose())
                .send()
                .await
                .map_err(|error| refusal(REFRESH, SPENT_TOKEN, &error))?;
            let tokens = answer.authentication_result.ok_or_else(|| ServiceUnavailable::new(REFRESH, "no tokens"))?;
            session(REFRESH, tokens, Some(refresh_token))
        })
    }

    fn end_sessions<'a>(&'a self, pool_id: &'a str, username: &'a str) -> Outcome<'a, ()> {
        Box::pin(async move {
            let ended = self.client.admin_user_global_sign_out().user_pool_id(pool_id).username(username).send();
            ended.await.map(drop).map_err(|error| admin_refusal("cognito AdminUserGlobalSignOut", &error))
        })
    }

    fn add_to_group<'a>(&'a self, pool_id: &'a str, username: &'a str, group: &'a str) -> Outcome<'a, ()> {
        Box::pin(async move {
            let added = self
                .client
                .admin_add_user_to_group()
                .user_pool_id(pool_id)
                .username(username)
                .group_name(group)
                .send()
                .await;
            added.map(drop).map_err(|error| admin_refusal("cognito AdminAddUserToGroup", &error))
        })
    }

    fn create_user<'a>(&'a self, email: &'a Email, name: &'a PersonName) -> Outcome<'a, UserId> {
        const CREATE: &str = "cognito AdminCreateUser";
        Box::pin(async move {
            let made = self
                .client
                .admin_create_user()
                .user_pool_id(&self.pool_id)
                .username(email.as_str())
                .user_attributes(attribute("email", email.as_str()))
                // The invitation goes to this address: a user who logs in with its password has received it.
                .user_attributes(attribute("email_verified", "true"))
                .user_attributes(attribute("name", name.as_str()))
                .desired_delivery_mediums(DeliveryMediumType::Email)
                .send()
                .await;
            match made {
                Ok(output) => {
                    let attributes = output.user().map(|user| user.attributes()).unwrap_or_default();
                    user_id(CREATE, value_of(attributes, "sub").unwrap_or_default())
                }
                Err(error) => match admin_refusal(CREATE, &error) {
                    UserPoolError::AlreadyExists => {
                        let existing = self.user(email.as_str()).await?;
                        existing.map(|user| user.id).ok_or(UserPoolError::NoSuchUser)
                    }
                    other => Err(other),
                },
            }
        })
    }

    fn user<'a>(&'a self, username: &'a str) -> Outcome<'a, Option<PoolUser>> {
        const GET: &str = "cognito AdminGetUser";
        Box::pin(async move {
            let found = self.client.admin_get_user().user_pool_id(&self.pool_id).username(username).send().await;
            let found = match found {
                Ok(found) => found,
                Err(error) => match admin_refusal(GET, &error) {
                    UserPoolError::NoSuchUser => return Ok(None),
                    other => return Err(other),
                },
            };
            let status = found.user_status();
            let user = pool_user(GET, found.user_attributes(), status, found.enabled(), found.user_create_date())?;
            let factors = found.user_mfa_setting_list();
            let has_authenticator = factors.iter().any(|factor| factor == ChallengeNameType::SoftwareTokenMfa.as_str());
            Ok(Some(PoolUser { has_authenticator: Some(has_authenticator), ..user }))
        })
    }

    fn disable<'a>(&'a self, username: &'a str) -> Outcome<'a, ()> {
        Box::pin(async move {
            let disabled = self.client.admin_disable_user().user_pool_id(&self.pool_id).username(username).send().await;
            disabled.map(drop).map_err(|error| admin_refusal("cognito AdminDisableUser", &error))
        })
    }

    fn enable<'a>(&'a self, username: &'a str) -> Outcome<'a, ()> {
        Box::pin(async move {
            let enabled = self.client.admin_enable_user().user_pool_id(&self.pool_id).username(username).send().await;
            enabled.map(drop).map_err(|error| admin_refusal("cognito AdminEnableUser", &error))
        })
    }

    fn remove_from_group<'a>(&'a self, username: &'a str, group: &'a str) -> Outcome<'a, ()> {
        Box::pin(async move {
            let removed = self
                .client
                .admin_remove_user_from_group()
                .user_pool_id(&self.pool_id)
                .username(username)
                .group_name(group)
                .send()
                .await;
            removed.map(drop).map_err(|error| admin_refusal("cognito AdminRemoveUserFromGroup", &error))
        })
    }

    fn groups<'a>(&'a self, username: &'a str) -> Outcome<'a, Vec<String>> {
        Box::pin(async move {
            // The pool has four groups, which fit into one page.
            let listed = self.client.admin_list_groups_for_user().user_pool_id(&self.pool_id).username(username);
            let listed =
                listed.send().await.map_err(|error| admin_refusal("cognito AdminListGroupsForUser", &error))?;
            Ok(listed.groups().iter().filter_map(|group| group.group_name().map(str::to_owned)).collect())
        })
    }

    fn users<'a>(&'a self, filter: UserFilter<'a>, limit: i32, after: Option<&'a str>) -> Outcome<'a, UserPage> {
        const LIST: &str = "cognito ListUsers";
        const MEMBERS: &str = "cognito ListUsersInGroup";
        Box::pin(async move {
            let (users, next) = if let UserFilter::Group(group) = filter {
                let listed =
                    self.client.list_users_in_group().user_pool_id(&self.pool_id).group_name(group).limit(limit);
                let listed = listed.set_next_token(after.map(str::to_owned)).send().await;
                let listed = listed.map_err(|error| page_refusal(MEMBERS, after, &error))?;
                (listed.users.unwrap_or_default(), listed.next_token)
            } else {
                let listed = self.client.list_users().user_pool_id(&self.pool_id).limit(limit);
                let listed = listed.set_filter(filter.expression()).set_pagination_token(after.map(str::to_owned));
                let listed = listed.send().await.map_err(|error| page_refusal(LIST, after, &error))?;
                (listed.users.unwrap_or_default(), listed.pagination_token)
            };
            let user = |user: &UserType| {
                pool_user(LIST, user.attributes(), user.user_status(), user.enabled(), user.user_create_date())
            };
            Ok(UserPage { users: users.iter().map(user).collect::<Result<_, _>>()?, next })
        })
    }
}

impl UserFilter<'_> {
    /// The condition as the pool reads it. A text in it is quoted.
    fn expression(self) -> Option<String> {
        match self {
            Self::All | Self::Group(_) => None,
            Self::EmailBegins(text) => {
                Some(format!("email ^= \"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
            }
            Self::Enabled(enabled) => Some(format!("status = \"{}\"", if enabled { "Enabled" } else { "Disabled" })),
            Self::Status(status) => {
                let name = match status {
                    UserStatus::Unconfirmed => UserStatusType::Unconfirmed,
                    UserStatus::Confirmed => UserStatusType::Confirmed,
                    UserStatus::Invited => UserStatusType::ForceChangePassword,
                    UserStatus::Other => return None,
                };
                Some(format!("cognito:user_status = \"{}\"", name.as_str()))
            }
        }
    }
}

fn pool_user(
    operation: &'static str,
    attributes: &[AttributeType],
    status: Option<&UserStatusType>,
    enabled: bool,
    created: Option<&DateTime>,
) -> Result<PoolUser, UserPoolError> {
    let created = created.and_then(|at| Timestamp::from_millisecond(at.to_millis().ok()?).ok());
    Ok(PoolUser {
        id: user_id(operation, value_of(attributes, "sub").unwrap_or_default())?,
        email: value_of(attributes, "email").map(str::to_owned),
        name: value_of(attributes, "name").map(str::to_owned),
        email_verified: value_of(attributes, "email_verified") == Some("true"),
        status: match status {
            Some(UserStatusType::Unconfirmed) => UserStatus::Unconfirmed,
            Some(UserStatusType::Confirmed) => UserStatus::Confirmed,
            Some(UserStatusType::ForceChangePassword) => UserStatus::Invited,
            _ => UserStatus::Other,
        },
        enabled,
        has_authenticator: None,
        created_at: created.ok_or_else(|| ServiceUnavailable::new(operation, "an account without a date"))?,
    })
}

/// A mark that a client sent back is the only parameter that the pool can refuse.
fn page_refusal<E: ProvideErrorMetadata>(
    operation: &'static str,
    after: Option<&str>,
    error: &SdkError<E, HttpResponse>,
) -> UserPoolError {
    match error.code() {
        Some("InvalidParameterException") if after.is_some() => UserPoolError::InvalidPage,
        _ => admin_refusal(operation, error),
    }
}

/// Codes of Cognito with the meaning that they have for one operation.
///
/// Cognito uses `NotAuthorizedException` and `UserNotFoundException` for the caller's mistakes and for ours (a client
/// secret, an attribute that the client may not write, a missing scope). So no code is read as a refusal of the caller
/// unless the operation lists it, and none is ever read as a success.
type Meanings = &'static [(&'static str, UserPoolError)];

/// Logging in: the caller does not learn whether the account exists.
const UNKNOWN_IS_WRONG_CREDENTIALS: Meanings = &[
    ("NotAuthorizedException", UserPoolError::WrongCredentials),
    ("UserNotFoundException", UserPoolError::WrongCredentials),
];
/// Answering a challenge: the code is wrong, was used, or came after too many others, or the session is over.
const REFUSED_ANSWER: Meanings = &[
    ("NotAuthorizedException", UserPoolError::CodeMismatch),
    ("UserNotFoundException", UserPoolError::CodeMismatch),
    ("ExpiredCodeException", UserPoolError::CodeMismatch),
    ("SoftwareTokenMFANotFoundException", UserPoolError::CodeMismatch),
    ("LimitExceededException", UserPoolError::CodeMismatch),
    ("TooManyFailedAttemptsException", UserPoolError::CodeMismatch),
];
/// The first code of a new authenticator app: it is wrong, or no app waits for one.
const WRONG_FIRST_CODE: Meanings = &[
    ("EnableSoftwareTokenMFAException", UserPoolError::CodeMismatch),
    ("SoftwareTokenMFANotFoundException", UserPoolError::CodeMismatch),
];
/// Confirming: an account that does not exist, one that is confirmed, and one for which too many wrong codes were sent
/// look like a wrong code. The pool counts the wrong codes of some of these accounts and not of others. The rate of all
/// callers (`TooManyRequestsException`) tells nothing about an account.
const UNKNOWN_IS_WRONG_CODE: Meanings = &[
    ("NotAuthorizedException", UserPoolError::CodeMismatch),
    ("UserNotFoundException", UserPoolError::CodeMismatch),
    ("LimitExceededException", UserPoolError::CodeMismatch),
    ("TooManyFailedAttemptsException", UserPoolError::CodeMismatch),
];
/// Asking for a code: an account that does not exist, is disabled, is in another state, has no confirmed address, or got
/// too many codes. The rate of all callers (`TooManyRequestsException`) tells nothing about an account. A parameter that is
/// not valid would be a fault of ours, and Cognito has the same code for an account without a confirmed address:
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html>.
const GETS_NO_CODE: Meanings = &[
    ("NotAuthorizedException", UserPoolError::NoSuchUser),
    ("UserNotFoundException", UserPoolError::NoSuchUser),
    ("UserNotConfirmedException", UserPoolError::NoSuchUser),
    ("InvalidParameterException", UserPoolError::NoSuchUser),
    ("LimitExceededException", UserPoolError::NoSuchUser),
];
/// Refreshing: a token that is spent, revoked or of an account that was deleted.
const SPENT_TOKEN: Meanings = &[
    ("NotAuthorizedException", UserPoolError::WrongCredentials),
    ("UserNotFoundException", UserPoolError::WrongCredentials),
    ("RefreshTokenReuseException", UserPoolError::WrongCredentials),
];
/// Calls with our own authority: they may learn that an account does not exist. A missing right is ours.
const ADMINISTRATIVE: Meanings = &[("UserNotFoundException", UserPoolError::NoSuchUser)];

/// Cognito's error as the port's: by the operation's own meanings, then by the codes that mean the same everywhere. Any
/// other error is an outage, a misconfiguration of ours included.
fn refusal<E: ProvideErrorMetadata>(
    operation: &'static str,
    own: Meanings,
    error: &SdkError<E, HttpResponse>,
) -> UserPoolError {
    let code = error.code().unwrap_or_default();
    if let Some((_, meaning)) = own.iter().find(|(listed, _)| *listed == code) {
        return meaning.clone();
    }
    match code {
        "UserNotConfirmedException" => UserPoolError::NotConfirmed,
        "CodeMismatchException" => UserPoolError::CodeMismatch,
        "ExpiredCodeException" => UserPoolError::CodeExpired,
        "InvalidPasswordException" => {
            UserPoolError::WeakPassword(error.message().unwrap_or("it does not satisfy the policy").to_owned())
        }
        "UsernameExistsException" | "AliasExistsException" => UserPoolError::AlreadyExists,
        "TooManyRequestsException" | "LimitExceededException" | "TooManyFailedAttemptsException" => {
            UserPoolError::TooManyRequests
        }
        _ => ServiceUnavailable::of(operation, error).into(),
    }
}

fn admin_refusal<E: ProvideErrorMetadata>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> UserPoolError {
    refusal(operation, ADMINISTRATIVE, error)
}

/// The next step after a step of a log-in.
fn next(
    operation: &'static str,
    tokens: Option<AuthenticationResultType>,
    challenge: Option<ChallengeNameType>,
    text: Option<String>,
) -> Result<LogIn, UserPoolError> {
    let challenge = match (tokens, challenge) {
        (Some(tokens), _) => return session(operation, tokens, None).map(LogIn::Session),
        (None, Some(challenge)) => challenge,
        (None, None) => return Err(ServiceUnavailable::new(operation, "neither tokens nor a challenge").into()),
    };
    let kind = match challenge {
        ChallengeNameType::SoftwareTokenMfa => ChallengeKind::OneTimeCode,
        ChallengeNameType::NewPasswordRequired => ChallengeKind::NewPassword,
        other => return Ok(LogIn::ChallengeRequired(other.as_str().to_owned())),
    };
    let text = text.ok_or_else(|| ServiceUnavailable::new(operation, "a challenge without a session"))?;
    Ok(LogIn::Challenge(Challenge { kind, session: Sensitive::new(text) }))
}

fn session(
    operation: &'static str,
    tokens: AuthenticationResultType,
    used: Option<&Sensitive<String>>,
) -> Result<Session, UserPoolError> {
    let access_token = tokens.access_token.ok_or_else(|| ServiceUnavailable::new(operation, "no access token"))?;
    // Without rotation, the token that was used stays valid and is not sent again.
    let refresh_token = tokens
        .refresh_token
        .map(Sensitive::new)
        .or_else(|| used.cloned())
        .ok_or_else(|| ServiceUnavailable::new(operation, "no refresh token"))?;
    Ok(Session {
        access_token: Sensitive::new(access_token),
        refresh_token,
        id_token: tokens.id_token.map(Sensitive::new),
        expires_in: u32::try_from(tokens.expires_in).unwrap_or(0),
    })
}

fn attribute(name: &str, value: &str) -> AttributeType {
    AttributeType::builder().name(name).value(value).build().expect("a name is all that an attribute needs")
}

fn value_of<'a>(attributes: &'a [AttributeType], name: &str) -> Option<&'a str> {
    attributes.iter().find(|attribute| attribute.name() == name)?.value()
}

fn user_id(operation: &'static str, sub: &str) -> Result<UserId, UserPoolError> {
    sub.parse().map_err(|_| ServiceUnavailable::new(operation, "the sub is not a UUID").into())
}

#[cfg(test)]
mod tests;
