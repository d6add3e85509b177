//! A bucket: its versions, and what Object Lock lets happen to them. Pure: the time is an argument.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use s3s::{S3Result, s3_error};
use serde::{Deserialize, Serialize};

use crate::md5;

/// The versions of each key, oldest first.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Bucket {
    object_lock: bool,
    default_retention: Option<DefaultRetention>,
    objects: BTreeMap<String, Vec<Version>>,
    /// The number of versions ever: makes version ids unique.
    counter: u64,
}

/// The lock of new versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultRetention {
    /// The mode of the lock.
    pub mode: LockMode,
    /// For how many days a version stays.
    pub days: u32,
}

/// The mode of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LockMode {
    /// Gives way to those who may bypass it.
    Governance,
    /// Compliance mode: cannot be bypassed.
    Compliance,
}

/// A lock of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// The mode of the lock.
    pub mode: LockMode,
    /// The end of the retention.
    pub until: Timestamp,
}

/// A version of an object, or a delete marker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) id: String,
    pub(super) at: Timestamp,
    /// A delete marker has none.
    pub(super) content: Option<Content>,
    pub(super) retention: Option<Retention>,
    /// Kept until the hold is lifted, even after the end of its lock.
    #[serde(default)]
    pub(super) legal_hold: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Content {
    #[serde(with = "base64_bytes")]
    pub(super) body: Bytes,
    pub(super) e_tag: String,
    pub(super) content_type: Option<String>,
    pub(super) metadata: BTreeMap<String, String>,
}

/// An object to be.
pub(super) struct NewObject {
    pub(super) body: Bytes,
    pub(super) content_type: Option<String>,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) retention: Option<Retention>,
}

impl Bucket {
    pub(super) fn new(object_lock: bool, default_retention: Option<DefaultRetention>) -> Self {
        Self { object_lock, default_retention, objects: BTreeMap::new(), counter: 0 }
    }

    pub(super) fn put(&mut self, key: &str, object: NewObject, now: Timestamp) -> S3Result<&Version> {
        self.check_lock(object.retention, now)?;
        let retention = object.retention.or_else(|| {
            let default = self.default_retention.filter(|_| self.object_lock)?;
            let until = now.checked_add(SignedDuration::from_hours(24 * i64::from(default.days))).ok()?;
            Some(Retention { mode: default.mode, until })
        });
        let content = Content {
            e_tag: md5::hex(&object.body),
            body: object.body,
            content_type: object.content_type,
            metadata: object.metadata,
        };
        Ok(self.push(key, Some(content), retention, now))
    }

    /// Makes a key look deleted. Its versions stay.
    pub(super) fn mark_deleted(&mut self, key: &str, now: Timestamp) -> &Version {
        self.push(key, None, None, now)
    }

    /// Removes a version for good, unless it is locked; whether it was a delete marker. That there is no such version
    /// is no error to S3.
    pub(super) fn remove(&mut self, key: &str, id: &str, bypass: bool, now: Timestamp) -> S3Result<bool> {
        let Some(versions) = self.objects.get_mut(key) else { return Ok(false) };
        let Some(place) = versions.iter().position(|version| version.id == id) else { return Ok(false) };
        if versions[place].legal_hold {
            return Err(s3_error!(AccessDenied, "Access Denied because object protected by object lock."));
        }
        versions[place].unlocked(bypass, now)?;
        let was_marker = versions.remove(place).content.is_none();
        if versions.is_empty() {
            self.objects.remove(key);
        }
        Ok(was_marker)
    }

    /// Sets or lifts the lock of a version.
    pub(super) fn retain(
        &mut self,
        key: &str,
        id: Option<&str>,
        wanted: Option<Retention>,
        bypass: bool,
        now: Timestamp,
    ) -> S3Result<()> {
        if !self.object_lock {
            return Err(missing_configuration());
        }
        self.check_lock(wanted, now)?;
        let id = self.object(key, id)?.0.id.clone();
        let versions = self.objects.get_mut(key).into_iter().flatten();
        for version in versions.filter(|version| version.id == id) {
            let extends = match (version.retention, wanted) {
                (Some(old), Some(new)) => new.mode == old.mode && new.until >= old.until,
                (old, _) => old.is_none(),
            };
            if !extends {
                version.unlocked(bypass, now)?;
            }
            version.retention = wanted;
        }
        Ok(())
    }

    /// Sets or lifts the legal hold of a version.
    pub(super) fn hold(&mut self, key: &str, id: Option<&str>, is_held: bool) -> S3Result<()> {
        if !self.object_lock {
            return Err(missing_configuration());
        }
        let id = self.object(key, id)?.0.id.clone();
        let versions = self.objects.get_mut(key).into_iter().flatten();
        for version in versions.filter(|version| version.id == id) {
            version.legal_hold = is_held;
        }
        Ok(())
    }

    /// A version, or the latest one.
    pub(super) fn find(&self, key: &str, id: Option<&str>) -> S3Result<&Version> {
        let versions = self.objects.get(key).map_or(&[][..], Vec::as_slice);
        match id {
            None => versions.last().ok_or_else(no_such_key),
            Some(id) => versions
                .iter()
                .find(|version| version.id == id)
                .ok_or_else(|| s3_error!(NoSuchVersion, "The specified version does not exist.")),
        }
    }

    /// A version that is an object.
    pub(super) fn object(&self, key: &str, id: Option<&str>) -> S3Result<(&Version, &Content)> {
        let version = self.find(key, id)?;
        match &version.content {
            Some(content) => Ok((version, content)),
            None if id.is_some() => {
                Err(s3_error!(MethodNotAllowed, "The specified method is not allowed against this resource."))
            }
            None => Err(no_such_key()),
        }
    }

    /// The objects that a list shows, by key.
    pub(super) fn latest(&self) -> impl Iterator<Item = (&str, &Version, &Content)> {
        self.objects.iter().filter_map(|(key, versions)| {
            let latest = versions.last()?;
            Some((key.as_str(), latest, latest.content.as_ref()?))
        })
    }

    /// All versions, by key and newest first, and whether each is the latest.
    pub(super) fn versions(&self) -> impl Iterator<Item = (&str, &Version, bool)> {
        self.objects.iter().flat_map(|(key, versions)| {
            versions.iter().rev().enumerate().map(move |(age, version)| (key.as_str(), version, age == 0))
        })
    }

    fn push(&mut self, key: &str, content: Option<Content>, retention: Option<Retention>, now: Timestamp) -> &Version {
        self.counter += 1;
        let id = format!("{}{:08x}", &md5::hex(key.as_bytes())[..24], self.counter);
        self.objects.entry(key.to_owned()).or_default().push_mut(Version {
            id,
            at: now,
            content,
            retention,
            legal_hold: false,
        })
    }

    /// Whether a lock may be asked for at all.
    fn check_lock(&self, wanted: Option<Retention>, now: Timestamp) -> S3Result<()> {
        match wanted {
            Some(_) if !self.object_lock => Err(missing_configuration()),
            Some(lock) if lock.until <= now => {
                Err(s3_error!(InvalidArgument, "The retain until date must be in the future!"))
            }
            _ => Ok(()),
        }
    }
}

impl Version {
    /// Whether the version may be removed, or its lock be loosened.
    fn unlocked(&self, bypass: bool, now: Timestamp) -> S3Result<()> {
        match self.retention {
            Some(lock) if lock.until > now && !(bypass && lock.mode == LockMode::Governance) => {
                Err(s3_error!(AccessDenied, "Access Denied because object protected by object lock."))
            }
            _ => Ok(()),
        }
    }
}

impl LockMode {
    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::Governance, Self::Compliance].into_iter().find(|mode| mode.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        }
    }
}

fn missing_configuration() -> s3s::S3Error {
    s3_error!(InvalidRequest, "Bucket is missing Object Lock Configuration")
}

fn no_such_key() -> s3s::S3Error {
    s3_error!(NoSuchKey, "The specified key does not exist.")
}

/// Bytes in JSON.
mod base64_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        STANDARD.encode(bytes).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Bytes::from).map_err(D::Error::custom)
    }
}
