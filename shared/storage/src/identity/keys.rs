//! The keys of users.

use domain::core::id::UserId;

use crate::table::entities::entities;

entities! {
    /// A user's profile.
    Profile(user: UserId) "profile" = "USER#{user}" | "PROFILE"
        new PROFILE_NEW "a repeated sign-up trigger would wipe the details that a user has entered"
        unchanged PROFILE_UNCHANGED "two updates at once would lose one of them";
    /// The instant at which a user logged out everywhere: tokens from before it are refused.
    EndedSessions(user: UserId) "sessions" = "USER#{user}" | "SESSIONS"
        new ENDED_SESSIONS_NEW "of two first log-outs at once, the earlier instant could stay and admit a token from between them"
        unchanged ENDED_SESSIONS_UNCHANGED "of two further log-outs at once, the instant could go back and admit a token from between them";
    /// A user's recovery codes, as hashes, and the latest change of the second factor.
    RecoveryCodes(user: UserId) "recovery_codes" = "USER#{user}" | "RECOVERY"
        new RECOVERY_CODES_NEW "of two first enrolments at once, the codes that one of them has shown would be worth nothing"
        unchanged RECOVERY_CODES_UNCHANGED "a recovery code would be used as often as it is sent at once";
    /// The roster of the staff: the administrators and the employees of laboratories.
    Roster "roster" = "STAFF#ROSTER" | "ROSTER"
        new ROSTER_NEW "two first changes at once would each see two administrators and leave none"
        unchanged ROSTER_UNCHANGED "two administrators who demote each other at once would leave none";
}
