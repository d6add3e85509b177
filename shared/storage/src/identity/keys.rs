//! The keys of users.

use domain::core::id::{SessionId, UserId};

use crate::table::entities::entities;
use crate::table::key::Span;

entities! {
    /// A user's profile.
    Profile(user: UserId) "profile" = "USER#{user}" | "PROFILE"
        new PROFILE_NEW "a repeated sign-up trigger would wipe the details that a user has entered"
        unchanged PROFILE_UNCHANGED "two updates at once would lose one of them";
    /// Which sessions of a user have ended: those from before an instant, and those that were ended one by one.
    EndedSessions(user: UserId) "sessions" = "USER#{user}" | "SESSIONS"
        new ENDED_SESSIONS_NEW "of two first log-outs at once, the earlier instant could stay and admit a token from between them"
        unchanged ENDED_SESSIONS_UNCHANGED "of two further log-outs at once, the instant could go back and admit a token from between them";
    /// A session of a user, by the id that its tokens share.
    Session(user: UserId, session: SessionId) "session" = "USER#{user}" | "SESSION#{session}"
        expires "a week after the sign-in, when it has ended in any case"
        new SESSION_NEW "of two first requests of one session at once, the later would begin it anew"
        unchanged SESSION_UNCHANGED "of two renewals of one session at once, the later would lose the sign that the earlier has found";
    /// The devices from which a user has signed in.
    KnownDevices(user: UserId) "known_devices" = "USER#{user}" | "DEVICES"
        new KNOWN_DEVICES_NEW "of two first sign-ins at once, one device would be forgotten and told as new later"
        unchanged KNOWN_DEVICES_UNCHANGED "two sign-ins at once from one new device would be told twice";
    /// A user's recovery codes, as hashes, and the latest change of the second factor.
    RecoveryCodes(user: UserId) "recovery_codes" = "USER#{user}" | "RECOVERY"
        new RECOVERY_CODES_NEW "of two first enrolments at once, the codes that one of them has shown would be worth nothing"
        unchanged RECOVERY_CODES_UNCHANGED "a recovery code would be used as often as it is sent at once";
    /// The roster of the staff: the administrators and the employees of laboratories.
    Roster "roster" = "STAFF#ROSTER" | "ROSTER"
        new ROSTER_NEW "two first changes at once would each see two administrators and leave none"
        unchanged ROSTER_UNCHANGED "two administrators who demote each other at once would leave none";
}

impl Span {
    /// The sessions of a user, in no particular order.
    pub fn sessions_of(user: UserId) -> Self {
        // `$` is the character after `#`, so that the item SESSIONS is left out.
        Self::partition::<Key>(format!("USER#{user}")).between("SESSION#".to_owned(), "SESSION$".to_owned())
    }
}
