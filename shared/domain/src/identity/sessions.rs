//! The sessions of a user: which of them live, when one is idle, which sign-in comes from a new device, and what makes a
//! session look odd.
//!
//! A session begins with a sign-in, and its tokens share one id. It lives until its end, [`LONGEST`] after the sign-in; it
//! ends before if its owner ends it, if all sessions end, or if it is idle for longer than [`IdleLimit`].

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::core::id::{SessionId, UserId};
use crate::core::text::InvalidField;
use crate::identity::device::{Device, Network};

/// How long a session lives after its sign-in: as long as a refresh token of the user pool, which a renewal does not lengthen.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How many sessions of a user can have been ended one by one in the time of [`LONGEST`]. Their ids stand in the item that each
/// request with health data reads, which thus stays small. Who ends one more ends all others with it.
pub const MAX_ENDED_SINGLY: usize = 40;

/// How many devices of a user are known. The one that was not seen for longest is forgotten first.
pub const MAX_DEVICES: usize = 20;

/// A device that is seen again is noted this rarely.
const NOTED_EACH: SignedDuration = SignedDuration::from_hours(24);

/// How long a session may stay without a renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdleLimit(SignedDuration);

/// The shortest limit, in minutes: a session is renewed when its access token ends, after a quarter of an hour.
pub const SHORTEST_IDLE_MINUTES: i64 = 16;
/// The longest limit, in minutes: as long as a session lives.
pub const LONGEST_IDLE_MINUTES: i64 = LONGEST.as_mins();

impl IdleLimit {
    /// The limit in minutes.
    pub const fn minutes(self) -> i64 {
        self.0.as_mins()
    }
}

/// Half an hour.
impl Default for IdleLimit {
    fn default() -> Self {
        Self(SignedDuration::from_mins(30))
    }
}

impl fmt::Display for IdleLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.minutes().fmt(f)
    }
}

impl FromStr for IdleLimit {
    type Err = InvalidField;

    /// Reads whole minutes.
    fn from_str(text: &str) -> Result<Self, InvalidField> {
        let minutes: i64 = text.parse().map_err(|_| InvalidField("must be a number of minutes"))?;
        match (SHORTEST_IDLE_MINUTES..=LONGEST_IDLE_MINUTES).contains(&minutes) {
            true => Ok(Self(SignedDuration::from_mins(minutes))),
            false => Err(InvalidField("must be between a quarter of an hour and the length of a session")),
        }
    }
}

/// What makes a session look odd to its owner. Neither ends it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signs {
    /// It was renewed from a device that names another program or system than the one of the sign-in. A browser keeps its
    /// cookie to itself, so another one has a copy.
    #[serde(default)]
    pub other_device: bool,
    /// It was renewed from another wide network than the one of the sign-in, of the same protocol.
    #[serde(default)]
    pub other_network: bool,
}

impl Signs {
    /// Whether there is a sign at all.
    pub const fn any(self) -> bool {
        self.other_device || self.other_network
    }
}

/// Where a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The device.
    pub device: Device,
    /// The client's address, if it is known.
    pub address: Option<String>,
}

impl Origin {
    fn network(&self) -> Option<Network> {
        self.address.as_deref().and_then(Network::of)
    }
}

/// A sign-in, as its tokens tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignIn {
    /// Who signed in.
    pub user: UserId,
    /// The id of the session.
    pub session: SessionId,
    /// When.
    pub at: Timestamp,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The sign-in that began it.
    pub sign_in: SignIn,
    /// The device at first.
    pub device: Device,
    /// The networks at first, one of each protocol at most.
    pub networks: Vec<Network>,
    /// The address at the last renewal.
    pub address: Option<String>,
    /// When it was seen first: at the sign-in, or when it was handed to the service.
    pub first_seen: Timestamp,
    /// When it was renewed the last time.
    pub last_seen: Timestamp,
    /// When its owner ended it.
    pub ended_at: Option<Timestamp>,
    /// What makes it look odd.
    pub signs: Signs,
    /// Whether it began on a device that was new, so that its owner was told.
    pub new_device: bool,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// How a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// It can be renewed.
    Active,
    /// It was not renewed for too long.
    Idle,
    /// It was ended, or it is too old.
    Ended,
}

/// The session can't be renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Over {
    /// It was ended, or it is too old.
    #[error("the session has ended")]
    Ended,
    /// It was not renewed for too long.
    #[error("the session was idle for too long")]
    Idle,
}

impl Session {
    /// A session that begins, on a device that is new or not.
    pub fn begun(sign_in: SignIn, origin: Origin, new_device: bool, now: Timestamp) -> Self {
        Self {
            sign_in,
            device: origin.device,
            networks: origin.network().into_iter().collect(),
            address: origin.address,
            first_seen: now,
            last_seen: now,
            ended_at: None,
            signs: Signs::default(),
            new_device,
            version: 0,
        }
    }

    /// A session that is renewed and not known yet: it began at the hosted page, or before the service knew sessions.
    ///
    /// # Errors
    /// It is over.
    pub fn adopted(
        sign_in: SignIn,
        origin: Origin,
        new_device: bool,
        all: &EndedSessions,
        now: Timestamp,
    ) -> Result<Self, Over> {
        match now < ends_at(sign_in.at) && all.lives(Some(sign_in.session), sign_in.at) {
            true => Ok(Self::begun(sign_in, origin, new_device, now)),
            false => Err(Over::Ended),
        }
    }

    /// When it ends at the latest.
    pub fn ends_at(&self) -> Timestamp {
        ends_at(self.sign_in.at)
    }

    /// How it stands.
    pub fn state(&self, all: &EndedSessions, idle: IdleLimit, now: Timestamp) -> SessionState {
        let SignIn { session, at, .. } = self.sign_in;
        if self.ended_at.is_some() || now >= self.ends_at() || !all.lives(Some(session), at) {
            SessionState::Ended
        } else if now.duration_since(self.last_seen) > idle.0 {
            SessionState::Idle
        } else {
            SessionState::Active
        }
    }

    /// The session after a renewal from `origin`.
    ///
    /// # Errors
    /// It is over.
    pub fn renewed(self, all: &EndedSessions, origin: Origin, idle: IdleLimit, now: Timestamp) -> Result<Self, Over> {
        match self.state(all, idle, now) {
            SessionState::Ended => return Err(Over::Ended),
            SessionState::Idle => return Err(Over::Idle),
            SessionState::Active => {}
        }
        let Self { mut networks, mut signs, .. } = self;
        signs.other_device |= origin.device != self.device;
        if let Some(network) = origin.network() {
            match networks.iter().find(|known| known.is_comparable_with(&network)) {
                Some(known) => signs.other_network |= *known != network,
                None => networks.push(network),
            }
        }
        // Of two renewals at once, the later one counts.
        let last_seen = self.last_seen.max(now);
        Ok(Self { networks, signs, last_seen, address: origin.address.or(self.address), ..self })
    }

    /// The session after its owner has ended it. `None` if it has ended already.
    pub fn ended(self, now: Timestamp) -> Option<Self> {
        match self.ended_at {
            Some(_) => None,
            None => Some(Self { ended_at: Some(now), ..self }),
        }
    }
}

fn ends_at(signed_in_at: Timestamp) -> Timestamp {
    signed_in_at.saturating_add(LONGEST).unwrap_or(Timestamp::MAX)
}

/// Which sessions of a user have ended. One item tells it for all of them, so that a request reads one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedSessions {
    /// The user.
    pub user: UserId,
    /// Sessions that began until then have ended, but for the one that was spared. The beginning of 1970 if there was none.
    pub at: Timestamp,
    /// The session from which its owner ended all others.
    pub spared: Option<SessionId>,
    /// Sessions that were ended one by one, with the instant from which no token of theirs is valid in any case.
    pub singly: BTreeMap<SessionId, Timestamp>,
    /// Whether the account is disabled, so that no session lives whenever it began.
    pub disabled: bool,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

impl EndedSessions {
    /// No session of the user was ever ended.
    pub const fn none(user: UserId) -> Self {
        Self { user, at: Timestamp::UNIX_EPOCH, spared: None, singly: BTreeMap::new(), disabled: false, version: 0 }
    }

    /// Whether a session lives whose user signed in at this instant. The time of the sign-in counts and not that of the token,
    /// so that neither a refresh nor the cookie of the hosted log-in makes a token that outlives the end.
    pub fn lives(&self, session: Option<SessionId>, signed_in_at: Timestamp) -> bool {
        // Tokens carry whole seconds: a sign-in in the second of the end counts as before it.
        let is_of_before = signed_in_at.as_second() <= self.at.as_second();
        let is_spared = session.is_some() && session == self.spared;
        let was_ended = session.is_some_and(|session| self.singly.contains_key(&session));
        !self.disabled && !was_ended && (!is_of_before || is_spared)
    }

    /// All sessions that began until `now` end. The instant never goes back.
    #[must_use]
    pub fn all(self, now: Timestamp) -> Self {
        Self { at: self.at.max(now), spared: None, singly: BTreeMap::new(), ..self }
    }

    /// All sessions that began until `now` end, but for this one.
    #[must_use]
    pub fn others_than(self, spared: Option<SessionId>, now: Timestamp) -> Self {
        // One that was ended singly is no session to be spared.
        let spared = spared.filter(|session| !self.singly.contains_key(session));
        Self { spared, ..self.all(now) }
    }

    /// One session ends. Where too many were ended one by one, all others than the caller's end with it.
    #[must_use]
    pub fn one(mut self, ended: &Session, caller: Option<SessionId>, now: Timestamp) -> Self {
        self.singly.retain(|_, until| *until > now);
        let session = ended.sign_in.session;
        if self.singly.len() >= MAX_ENDED_SINGLY && !self.singly.contains_key(&session) {
            return self.others_than(caller.filter(|caller| *caller != session), now);
        }
        self.singly.insert(session, ended.ends_at());
        self
    }
}

/// A device from which a user has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownDevice {
    /// The device.
    pub device: Device,
    /// Its network, if the address was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
    /// When a sign-in from there was noted the last time.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub seen_at: Timestamp,
}

/// The devices from which a user has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDevices {
    /// The user.
    pub user: UserId,
    /// The devices.
    pub devices: Vec<KnownDevice>,
    /// The version that was read; 0 if none is stored yet.
    pub version: u64,
}

/// What a sign-in means for the known devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognition {
    /// Whether the owner is told of a new device.
    pub is_new: bool,
    /// The devices, if they have to be written.
    pub devices: Option<KnownDevices>,
}

impl KnownDevices {
    /// No device of the user is known.
    pub const fn none(user: UserId) -> Self {
        Self { user, devices: vec![], version: 0 }
    }

    /// Recognizes a sign-in. It comes from a new device unless an earlier one named the same kind, program and system in the
    /// same wide network. The first device of a user is noted and told to no one: there is none from which it could differ.
    pub fn recognize(mut self, origin: &Origin, now: Timestamp) -> Recognition {
        let network = origin.network();
        let is_first = self.devices.is_empty();
        let known = self.devices.iter_mut().find(|known| known.device == origin.device && known.network == network);
        match known {
            Some(known) if now.duration_since(known.seen_at) < NOTED_EACH => {
                return Recognition { is_new: false, devices: None };
            }
            Some(known) => {
                known.seen_at = now;
                return Recognition { is_new: false, devices: Some(self) };
            }
            None => {}
        }
        if self.devices.len() >= MAX_DEVICES {
            self.devices.sort_by_key(|known| known.seen_at);
            self.devices.remove(0);
        }
        self.devices.push(KnownDevice { device: origin.device, network, seen_at: now });
        Recognition { is_new: !is_first, devices: Some(self) }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::testing::at;

    const IDLE: IdleLimit = IdleLimit(SignedDuration::from_mins(30));

    #[test]
    fn the_usual_idle_limit_is_half_an_hour() {
        assert_eq!((IdleLimit::default(), IDLE.to_string().parse()), (IDLE, Ok(IDLE)));
    }

    fn now() -> Timestamp {
        at("2026-12-01T06:00:00Z")
    }

    fn after(minutes: i64) -> Timestamp {
        now() + SignedDuration::from_mins(minutes)
    }

    fn user() -> UserId {
        UserId::from_uuid(Uuid::from_u128(1))
    }

    fn id(number: u128) -> SessionId {
        SessionId::from_uuid(Uuid::from_u128(number))
    }

    fn origin(user_agent: &str, address: &str) -> Origin {
        Origin { device: Device::of_user_agent(Some(user_agent)), address: Some(address.to_owned()) }
    }

    fn telephone() -> Origin {
        origin("Mozilla/5.0 (Linux; Android 10; K) Chrome/149.0.0.0 Mobile Safari/537.36", "203.0.113.7")
    }

    fn laptop() -> Origin {
        origin("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/149.0", "198.51.100.4")
    }

    fn session(number: u128) -> Session {
        Session::begun(SignIn { user: user(), session: id(number), at: now() }, telephone(), false, now())
    }

    fn none() -> EndedSessions {
        EndedSessions::none(user())
    }

    #[test]
    fn a_session_is_renewed_until_it_is_idle_ended_or_too_old() {
        let renewed = session(1).renewed(&none(), telephone(), IDLE, after(30)).unwrap();
        assert_eq!((renewed.last_seen, renewed.first_seen), (after(30), now()));
        assert_eq!(session(1).renewed(&none(), telephone(), IDLE, after(31)), Err(Over::Idle));
        assert!(renewed.clone().renewed(&none(), telephone(), IDLE, after(60)).is_ok());
        let ended = renewed.clone().ended(after(40)).unwrap();
        assert_eq!(ended.clone().renewed(&none(), telephone(), IDLE, after(41)), Err(Over::Ended));
        assert_eq!(ended.ended(after(50)), None);
        let old = Session { last_seen: renewed.ends_at(), ..renewed };
        assert_eq!(old.clone().renewed(&none(), telephone(), IDLE, old.ends_at()), Err(Over::Ended));
        assert_eq!(old.ends_at(), now() + LONGEST);
    }

    #[test]
    fn a_session_that_is_not_known_is_taken_up_unless_it_is_over() {
        let sign_in = session(1).sign_in;
        let adopted = |all: &EndedSessions, now| Session::adopted(sign_in, telephone(), false, all, now);
        assert_eq!(adopted(&none(), after(60)).unwrap().first_seen, after(60));
        assert_eq!(adopted(&none().all(after(1)), after(2)), Err(Over::Ended));
        assert_eq!(adopted(&none().one(&session(1), None, after(1)), after(2)), Err(Over::Ended));
        assert_eq!(adopted(&none(), now() + LONGEST), Err(Over::Ended));
    }

    #[test]
    fn the_end_of_all_sessions_ends_each_that_began_before() {
        let all = none().all(after(1));
        assert_eq!(session(1).renewed(&all, telephone(), IDLE, after(2)), Err(Over::Ended));
        assert!(!all.lives(Some(id(1)), now()) && !all.lives(None, after(1)));
        assert!(all.lives(None, after(1) + SignedDuration::from_secs(1)));
        assert!(!EndedSessions { disabled: true, ..none() }.lives(Some(id(1)), after(9)));
        assert_eq!(all.clone().all(now()).at, all.at, "the instant never goes back");
    }

    #[test]
    fn the_session_from_which_all_others_are_ended_lives_until_the_next_end() {
        let others = none().others_than(Some(id(1)), after(1));
        assert!(others.lives(Some(id(1)), now()) && !others.lives(Some(id(2)), now()) && !others.lives(None, now()));
        let by_another = others.clone().others_than(Some(id(3)), after(5));
        assert!(!by_another.lives(Some(id(1)), now()) && by_another.lives(Some(id(3)), after(3)));
        assert!(!others.clone().all(after(5)).lives(Some(id(1)), now()));
        let ended = others.one(&session(1), Some(id(1)), after(6));
        assert!(!ended.lives(Some(id(1)), now()));
        assert!(!ended.others_than(Some(id(1)), after(7)).lives(Some(id(1)), now()), "what has ended is not spared");
    }

    #[test]
    fn a_session_that_was_ended_singly_stays_ended_for_as_long_as_its_tokens_could_be_renewed() {
        let ended = none().one(&session(1), Some(id(2)), after(5));
        assert!(!ended.lives(Some(id(1)), now()) && ended.lives(Some(id(2)), now()) && ended.lives(None, now()));
        let just_before = now() + LONGEST - SignedDuration::from_secs(1);
        let later = Session { sign_in: SignIn { at: after(60), ..session(3).sign_in }, ..session(3) };
        assert!(!ended.clone().one(&later, Some(id(2)), just_before).lives(Some(id(1)), now()));
        assert_eq!(ended.one(&later, Some(id(2)), now() + LONGEST).singly.len(), 1, "the first needs no note any more");
    }

    #[test]
    fn who_ends_too_many_sessions_singly_ends_all_others() {
        let full = (0..MAX_ENDED_SINGLY as u128)
            .fold(none(), |ended, number| ended.one(&session(number), Some(id(999)), after(1)));
        assert_eq!(full.singly.len(), MAX_ENDED_SINGLY);
        assert!(full.lives(Some(id(500)), now()));
        let over = full.clone().one(&session(100), Some(id(999)), after(2));
        assert!(
            !over.lives(Some(id(100)), now()) && !over.lives(Some(id(500)), now()) && over.lives(Some(id(999)), now())
        );
        assert!((0..MAX_ENDED_SINGLY as u128).all(|number| !over.lives(Some(id(number)), now())));
        let own = full.one(&session(999), Some(id(999)), after(2));
        assert!(!own.lives(Some(id(999)), now()), "the caller's own session is not spared if it is the one");
    }

    #[test]
    fn another_device_or_another_network_within_a_session_is_a_sign() {
        let renewed = |origin| session(1).renewed(&none(), origin, IDLE, after(1)).unwrap();
        assert!(!renewed(telephone()).signs.any());
        let near = Origin { address: Some("203.0.9.9".to_owned()), ..telephone() };
        assert!(!renewed(near).signs.any());
        let far = Origin { address: Some("198.51.100.4".to_owned()), ..telephone() };
        assert_eq!(renewed(far.clone()).signs, Signs { other_network: true, other_device: false });
        assert_eq!(renewed(laptop()).signs, Signs { other_network: true, other_device: true });
        // The first address of the other protocol is no sign, a second network of it is one.
        let v6 = |address: &str| Origin { address: Some(address.to_owned()), ..telephone() };
        let both = renewed(v6("2409:40f2::1"));
        assert!(!both.signs.any());
        let moved = both.renewed(&none(), v6("2a00:1450::1"), IDLE, after(2)).unwrap();
        assert!(moved.signs.other_network);
        // A sign stays.
        assert!(renewed(far).renewed(&none(), telephone(), IDLE, after(2)).unwrap().signs.other_network);
        let unknown = Origin { address: None, ..telephone() };
        assert_eq!(renewed(unknown).address.as_deref(), Some("203.0.113.7"));
    }

    #[test]
    fn a_device_is_new_once_and_the_first_of_all_is_told_to_no_one() {
        let first = KnownDevices::none(user()).recognize(&telephone(), now());
        let devices = first.devices.unwrap();
        assert!(!first.is_new);
        assert_eq!(devices.clone().recognize(&telephone(), after(5)), Recognition { is_new: false, devices: None });
        let seen_again = devices.clone().recognize(&telephone(), after(25 * 60)).devices.unwrap();
        assert_eq!(seen_again.devices[0].seen_at, after(25 * 60));
        let second = devices.clone().recognize(&laptop(), after(5));
        assert!(second.is_new);
        assert!(!second.devices.unwrap().recognize(&laptop(), after(6)).is_new);
        let elsewhere = Origin { address: Some("198.51.100.4".to_owned()), ..telephone() };
        assert!(devices.recognize(&elsewhere, after(5)).is_new, "the same device in another network");
    }

    #[test]
    fn the_device_that_was_not_seen_for_longest_is_forgotten() {
        let mut devices = KnownDevices::none(user());
        for number in 0..=MAX_DEVICES {
            let origin = Origin { address: Some(format!("10.{number}.0.1")), ..telephone() };
            devices = devices.recognize(&origin, after(number as i64)).devices.unwrap();
        }
        assert_eq!(devices.devices.len(), MAX_DEVICES);
        let forgotten = Origin { address: Some("10.0.0.1".to_owned()), ..telephone() };
        assert!(devices.recognize(&forgotten, after(60)).is_new);
    }

    #[test]
    fn an_idle_limit_is_longer_than_a_token_and_shorter_than_a_session() {
        for text in ["16", "30", "10080"] {
            assert!(text.parse::<IdleLimit>().is_ok(), "{text}");
        }
        for text in ["", "15", "-1", "10081", "999999999999", "9223372036854775807", "1.5", "half an hour"] {
            assert!(text.parse::<IdleLimit>().is_err(), "{text}");
        }
    }
}
