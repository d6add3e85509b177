//! The keys of users.

use domain::core::id::UserId;

use crate::table::entities::entities;

entities! {
    /// A user's profile.
    Profile(user: UserId) "profile" = "USER#{user}" | "PROFILE"
        new PROFILE_NEW "a repeated sign-up trigger would wipe the details that a user has entered"
        unchanged PROFILE_UNCHANGED "two updates at once would lose one of them";
}
