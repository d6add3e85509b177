//! S3 with versions and Object Lock, behind the `s3s` adapter, which speaks the protocol and checks signatures.
//!
//! Every bucket keeps versions. A bucket with Object Lock enforces retention: no caller removes a version in
//! compliance mode, or shortens its retention; in governance mode only a caller who asks to bypass it does. A legal hold
//! cannot be bypassed.
//!
//! Not emulated, and refused by the adapter: multipart uploads, tags, policies, encryption settings.
//! Additional checksums are not verified. A signature's age is measured by the machine's clock, not by ours.

mod store;

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures::TryStreamExt;
use http::header::HOST;
use http::{HeaderValue, Request, Response, StatusCode};
use jiff::Timestamp;
use s3s::auth::SimpleAuth;
use s3s::dto::{
    CommonPrefix, CreateBucketInput, CreateBucketOutput, DeleteMarkerEntry, DeleteObjectInput, DeleteObjectOutput,
    ETag, GetBucketVersioningInput, GetBucketVersioningOutput, GetObjectInput, GetObjectLegalHoldInput,
    GetObjectLegalHoldOutput, GetObjectOutput, GetObjectRetentionInput, GetObjectRetentionOutput, HeadBucketInput,
    HeadBucketOutput, HeadObjectInput, HeadObjectOutput, ListObjectVersionsInput, ListObjectVersionsOutput,
    ListObjectsV2Input, ListObjectsV2Output, Object, ObjectLockLegalHold, ObjectLockLegalHoldStatus, ObjectLockMode,
    ObjectLockRetention, ObjectLockRetentionMode, ObjectVersion, PutObjectInput, PutObjectLegalHoldInput,
    PutObjectLegalHoldOutput, PutObjectOutput, PutObjectRetentionInput, PutObjectRetentionOutput, StreamingBlob,
    TimestampFormat,
};
use s3s::host::{S3Host, VirtualHost};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, S3Request, S3Response, S3Result, s3_error};

use self::store::{Bucket, Content, NewObject, Version};
pub use self::store::{DefaultRetention, LockMode, Retention};
use crate::data_dir::JsonFile;
use crate::{Clock, OpenError, REGION, wire};

const FILE: &str = "s3.json";

/// The most keys of a list.
const MOST_KEYS: usize = 1000;

/// A bucket to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketSpec {
    /// The bucket's name.
    pub name: String,
    /// Whether versions may be locked.
    pub object_lock: bool,
    /// The lock of every new version that brings none of its own.
    pub default_retention: Option<DefaultRetention>,
}

/// The key pair that requests must be signed with.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    /// The access key's id.
    pub access_key_id: &'a str,
    /// The secret key.
    pub secret_access_key: &'a str,
}

/// The service.
pub struct S3 {
    service: S3Service,
    store: Arc<Store>,
}

struct Store {
    buckets: Mutex<BTreeMap<String, Bucket>>,
    file: JsonFile,
    clock: Clock,
}

impl S3 {
    /// The service with these buckets. With a `signer`, requests that it did not sign are refused; without one, no request
    /// is checked.
    ///
    /// # Errors
    /// [`OpenError`] when the stored objects can't be read.
    pub fn open(
        dir: Option<&Path>,
        buckets: Vec<BucketSpec>,
        signer: Option<Signer<'_>>,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let (file, stored) = JsonFile::open::<BTreeMap<String, Bucket>>(dir, FILE)?;
        let mut state = stored.unwrap_or_default();
        for spec in buckets {
            state.entry(spec.name).or_insert_with(|| Bucket::new(spec.object_lock, spec.default_retention));
        }
        let store = Arc::new(Store { buckets: Mutex::new(state), file, clock });
        let mut builder = S3ServiceBuilder::new(Adapter(store.clone()));
        builder.set_host(BucketHost);
        if let Some(signer) = signer {
            builder.set_auth(SimpleAuth::from_single(signer.access_key_id, signer.secret_access_key));
        }
        Ok(Self { service: builder.build(), store })
    }

    /// Answers a request of the S3 API, with the bucket in the path or in the host.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let mut request = request.map(Body::from);
        if !request.headers().contains_key(HOST)
            && let Some(authority) = request.uri().authority()
            && let Ok(host) = HeaderValue::from_str(authority.as_str())
        {
            request.headers_mut().insert(HOST, host);
        }
        match self.service.call(request).await {
            Ok(response) => {
                let (parts, body) = response.into_parts();
                match collect(body).await {
                    Ok(body) => Response::from_parts(parts, body),
                    Err(error) => internal(&error.to_string()),
                }
            }
            Err(error) => internal(&format!("{error:?}")),
        }
    }

    /// Stores an object as a service of AWS would, such as Lambda in a failure destination; whether it could.
    pub fn put(&self, bucket: &str, key: &str, content_type: &str, body: impl Into<Bytes>) -> bool {
        let object = NewObject {
            body: body.into(),
            content_type: Some(content_type.to_owned()),
            metadata: BTreeMap::new(),
            retention: None,
        };
        let stored = self.store.change(bucket, |bucket, now| bucket.put(key, object, now).map(|_| ()));
        if let Err(error) = &stored {
            tracing::error!(%error, bucket, key, "an object could not be stored");
        }
        stored.is_ok()
    }

    /// The keys of a bucket and the content of their latest versions, for a look from outside.
    pub fn objects(&self, bucket: &str) -> Vec<(String, Bytes)> {
        let buckets = self.store.buckets();
        let latest = buckets.get(bucket).into_iter().flat_map(|bucket| bucket.latest());
        latest.map(|(key, _, content)| (key.to_owned(), content.body.clone())).collect()
    }
}

impl std::fmt::Debug for S3 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3").field("buckets", &self.store.buckets().keys()).finish_non_exhaustive()
    }
}

impl Store {
    fn buckets(&self) -> MutexGuard<'_, BTreeMap<String, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, name: &str, read: impl FnOnce(&Bucket) -> S3Result<T>) -> S3Result<T> {
        read(self.buckets().get(name).ok_or_else(no_such_bucket)?)
    }

    /// Changes a bucket and stores the change.
    fn change<T>(&self, name: &str, change: impl FnOnce(&mut Bucket, Timestamp) -> S3Result<T>) -> S3Result<T> {
        let now = (self.clock)();
        let mut buckets = self.buckets();
        let result = change(buckets.get_mut(name).ok_or_else(no_such_bucket)?, now)?;
        self.save(&buckets)?;
        Ok(result)
    }

    fn save(&self, buckets: &BTreeMap<String, Bucket>) -> S3Result<()> {
        self.file.store(buckets).map_err(|error| s3_error!(error, InternalError, "The bucket could not be stored."))
    }
}

/// `bucket.s3.<region>.amazonaws.com` names a bucket; every other host leaves that to the path.
struct BucketHost;

impl S3Host for BucketHost {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let domain = format!(".s3.{REGION}.amazonaws.com");
        Ok(match host.strip_suffix(&domain) {
            Some(bucket) => VirtualHost::new(&host[bucket.len() + 1..]).with_bucket(bucket),
            None => VirtualHost::new(host),
        })
    }
}

/// The operations. The trait is written for `async-trait`; this is what that macro would make of it.
struct Adapter(Arc<Store>);

type Answer<'a, T> = Pin<Box<dyn Future<Output = S3Result<S3Response<T>>> + Send + 'a>>;

/// An operation that does not wait for anything.
macro_rules! operation {
    ($name:ident, $input:ty, $output:ty, $run:expr) => {
        fn $name<'a, 'async_trait>(&'a self, request: S3Request<$input>) -> Answer<'async_trait, $output>
        where
            'a: 'async_trait,
            Self: 'async_trait,
        {
            let run: fn(&Store, $input) -> S3Result<$output> = $run;
            Box::pin(async move { run(&self.0, request.input).map(S3Response::new) })
        }
    };
}

impl s3s::S3 for Adapter {
    operation!(create_bucket, CreateBucketInput, CreateBucketOutput, create_bucket);
    operation!(head_bucket, HeadBucketInput, HeadBucketOutput, |store, input| {
        store.read(&input.bucket, |_| {
            Ok(HeadBucketOutput { bucket_region: Some(REGION.to_owned()), ..Default::default() })
        })
    });
    operation!(get_bucket_versioning, GetBucketVersioningInput, GetBucketVersioningOutput, |store, input| {
        store.read(&input.bucket, |_| {
            Ok(GetBucketVersioningOutput { status: Some("Enabled".to_owned().into()), ..Default::default() })
        })
    });
    operation!(get_object, GetObjectInput, GetObjectOutput, get_object);
    operation!(head_object, HeadObjectInput, HeadObjectOutput, head_object);
    operation!(delete_object, DeleteObjectInput, DeleteObjectOutput, delete_object);
    operation!(list_objects_v2, ListObjectsV2Input, ListObjectsV2Output, list_objects);
    operation!(list_object_versions, ListObjectVersionsInput, ListObjectVersionsOutput, list_versions);
    operation!(put_object_retention, PutObjectRetentionInput, PutObjectRetentionOutput, put_retention);
    operation!(put_object_legal_hold, PutObjectLegalHoldInput, PutObjectLegalHoldOutput, put_legal_hold);
    operation!(get_object_legal_hold, GetObjectLegalHoldInput, GetObjectLegalHoldOutput, get_legal_hold);
    operation!(get_object_retention, GetObjectRetentionInput, GetObjectRetentionOutput, get_retention);

    fn put_object<'a, 'async_trait>(
        &'a self,
        request: S3Request<PutObjectInput>,
    ) -> Answer<'async_trait, PutObjectOutput>
    where
        'a: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move {
            let mut input = request.input;
            let body = match input.body.take() {
                Some(body) => collect(body)
                    .await
                    .map_err(|error| s3_error!(IncompleteBody, "The body could not be read: {error}"))?,
                None => Bytes::new(),
            };
            put_object(&self.0, input, body).map(S3Response::new)
        })
    }
}

fn create_bucket(store: &Store, input: CreateBucketInput) -> S3Result<CreateBucketOutput> {
    let mut buckets = store.buckets();
    if buckets.contains_key(&input.bucket) {
        return Err(s3_error!(BucketAlreadyOwnedByYou, "The bucket exists already, and it is yours."));
    }
    let location = format!("/{}", input.bucket);
    buckets.insert(input.bucket, Bucket::new(input.object_lock_enabled_for_bucket.unwrap_or(false), None));
    store.save(&buckets)?;
    Ok(CreateBucketOutput { location: Some(location) })
}

fn put_object(store: &Store, input: PutObjectInput, body: Bytes) -> S3Result<PutObjectOutput> {
    if input.if_match.is_some() || input.object_lock_legal_hold_status.is_some() || input.tagging.is_some() {
        return Err(s3_error!(NotImplemented, "If-Match, legal holds and tags are not emulated."));
    }
    let retention = retention(
        input.object_lock_mode.as_ref().map(ObjectLockMode::as_str),
        input.object_lock_retain_until_date.as_ref(),
    )?;
    let object = NewObject {
        body,
        content_type: input.content_type,
        metadata: input.metadata.unwrap_or_default().into_iter().collect(),
        retention,
    };
    let only_if_absent = input.if_none_match.is_some();
    store.change(&input.bucket, |bucket, now| {
        if only_if_absent && bucket.find(&input.key, None).is_ok_and(|version| version.content.is_some()) {
            return Err(s3_error!(PreconditionFailed, "At least one of the pre-conditions you specified did not hold"));
        }
        let version = bucket.put(&input.key, object, now)?;
        Ok(PutObjectOutput { e_tag: version.e_tag(), version_id: Some(version.id.clone()), ..Default::default() })
    })
}

fn get_object(store: &Store, input: GetObjectInput) -> S3Result<GetObjectOutput> {
    store.read(&input.bucket, |bucket| {
        let (version, content) = bucket.object(&input.key, input.version_id.as_deref())?;
        let whole = content.body.len();
        let (body, content_range) = match input.range {
            None => (content.body.clone(), None),
            Some(range) => {
                let range = range.check(whole as u64)?;
                let header = format!("bytes {}-{}/{whole}", range.start, range.end - 1);
                let part = usize::try_from(range.start).and_then(|start| Ok(start..usize::try_from(range.end)?));
                let part = part.map_err(|error| s3_error!(error, InvalidRange))?;
                (content.body.slice(part), Some(header))
            }
        };
        let lock = version.retention.as_ref();
        Ok(GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: i64::try_from(body.len()).ok(),
            content_range,
            body: Some(StreamingBlob::from(Body::from(body))),
            content_type: content.content_type.clone(),
            e_tag: version.e_tag(),
            last_modified: Some(to_s3(version.at)),
            metadata: Some(content.metadata.clone().into_iter().collect()),
            object_lock_mode: lock.map(|lock| ObjectLockMode::from_static(lock.mode.name())),
            object_lock_retain_until_date: lock.map(|lock| to_s3(lock.until)),
            version_id: Some(version.id.clone()),
            ..Default::default()
        })
    })
}

fn head_object(store: &Store, input: HeadObjectInput) -> S3Result<HeadObjectOutput> {
    store.read(&input.bucket, |bucket| {
        let (version, content) = bucket.object(&input.key, input.version_id.as_deref())?;
        let lock = version.retention.as_ref();
        Ok(HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: i64::try_from(content.body.len()).ok(),
            content_type: content.content_type.clone(),
            e_tag: version.e_tag(),
            last_modified: Some(to_s3(version.at)),
            metadata: Some(content.metadata.clone().into_iter().collect()),
            object_lock_mode: lock.map(|lock| ObjectLockMode::from_static(lock.mode.name())),
            object_lock_retain_until_date: lock.map(|lock| to_s3(lock.until)),
            version_id: Some(version.id.clone()),
            ..Default::default()
        })
    })
}

fn delete_object(store: &Store, input: DeleteObjectInput) -> S3Result<DeleteObjectOutput> {
    store.change(&input.bucket, |bucket, now| match input.version_id {
        None => {
            let marker = bucket.mark_deleted(&input.key, now);
            Ok(DeleteObjectOutput {
                delete_marker: Some(true),
                version_id: Some(marker.id.clone()),
                ..Default::default()
            })
        }
        Some(id) => {
            let bypass = input.bypass_governance_retention.unwrap_or(false);
            let was_marker = bucket.remove(&input.key, &id, bypass, now)?;
            Ok(DeleteObjectOutput { delete_marker: Some(was_marker), version_id: Some(id), ..Default::default() })
        }
    })
}

fn list_objects(store: &Store, input: ListObjectsV2Input) -> S3Result<ListObjectsV2Output> {
    let most = input.max_keys.map_or(MOST_KEYS, |most| usize::try_from(most).unwrap_or(0).min(MOST_KEYS));
    let prefix = input.prefix.clone().unwrap_or_default();
    let delimiter = input.delimiter.clone().filter(|delimiter| !delimiter.is_empty());
    // A token is the last entry of the page before: a key, or a common prefix whose keys are all done.
    let after = input.continuation_token.clone().or(input.start_after.clone()).unwrap_or_default();
    store.read(&input.bucket, |bucket| {
        let mut output = ListObjectsV2Output::default();
        let (mut contents, mut prefixes): (Vec<Object>, Vec<String>) = (Vec::new(), Vec::new());
        let mut last = String::new();
        for (key, version, content) in bucket.latest().filter(|(key, ..)| key.starts_with(&prefix)) {
            let group = delimiter.as_ref().and_then(|delimiter| {
                let end = key[prefix.len()..].find(delimiter.as_str())? + delimiter.len();
                Some(&key[..prefix.len() + end])
            });
            let entry = group.unwrap_or(key);
            if *entry <= *after || prefixes.last().is_some_and(|last| last == entry) {
                continue;
            }
            if contents.len() + prefixes.len() == most {
                output.is_truncated = Some(true);
                output.next_continuation_token = Some(last);
                break;
            }
            last = entry.to_owned();
            match group {
                Some(group) => prefixes.push(group.to_owned()),
                None => contents.push(Object {
                    key: Some(key.to_owned()),
                    size: i64::try_from(content.body.len()).ok(),
                    e_tag: version.e_tag(),
                    last_modified: Some(to_s3(version.at)),
                    ..Default::default()
                }),
            }
        }
        output.is_truncated.get_or_insert(false);
        output.key_count = i32::try_from(contents.len() + prefixes.len()).ok();
        output.contents = Some(contents);
        output.common_prefixes =
            Some(prefixes.into_iter().map(|prefix| CommonPrefix { prefix: Some(prefix) }).collect());
        Ok(ListObjectsV2Output {
            name: Some(input.bucket.clone()),
            prefix: input.prefix,
            delimiter: input.delimiter,
            max_keys: i32::try_from(most).ok(),
            continuation_token: input.continuation_token,
            start_after: input.start_after,
            ..output
        })
    })
}

/// All versions at once: the buckets of a development machine are small.
fn list_versions(store: &Store, input: ListObjectVersionsInput) -> S3Result<ListObjectVersionsOutput> {
    if input.key_marker.is_some() || input.delimiter.is_some() {
        return Err(s3_error!(NotImplemented, "Markers and delimiters of version lists are not emulated."));
    }
    let prefix = input.prefix.clone().unwrap_or_default();
    store.read(&input.bucket, |bucket| {
        let (mut versions, mut markers) = (Vec::new(), Vec::new());
        for (key, version, is_latest) in bucket.versions().filter(|(key, ..)| key.starts_with(&prefix)) {
            match &version.content {
                Some(content) => versions.push(ObjectVersion {
                    key: Some(key.to_owned()),
                    version_id: Some(version.id.clone()),
                    is_latest: Some(is_latest),
                    size: i64::try_from(content.body.len()).ok(),
                    e_tag: version.e_tag(),
                    last_modified: Some(to_s3(version.at)),
                    ..Default::default()
                }),
                None => markers.push(DeleteMarkerEntry {
                    key: Some(key.to_owned()),
                    version_id: Some(version.id.clone()),
                    is_latest: Some(is_latest),
                    last_modified: Some(to_s3(version.at)),
                    ..Default::default()
                }),
            }
        }
        Ok(ListObjectVersionsOutput {
            name: Some(input.bucket.clone()),
            prefix: input.prefix,
            is_truncated: Some(false),
            versions: Some(versions),
            delete_markers: Some(markers),
            ..Default::default()
        })
    })
}

fn put_retention(store: &Store, input: PutObjectRetentionInput) -> S3Result<PutObjectRetentionOutput> {
    let asked = input.retention.unwrap_or_default();
    let wanted = retention(asked.mode.as_ref().map(ObjectLockRetentionMode::as_str), asked.retain_until_date.as_ref())?;
    let bypass = input.bypass_governance_retention.unwrap_or(false);
    store.change(&input.bucket, |bucket, now| {
        bucket.retain(&input.key, input.version_id.as_deref(), wanted, bypass, now)?;
        Ok(PutObjectRetentionOutput::default())
    })
}

fn put_legal_hold(store: &Store, input: PutObjectLegalHoldInput) -> S3Result<PutObjectLegalHoldOutput> {
    let status = input.legal_hold.and_then(|hold| hold.status);
    let is_held = match status.as_ref().map(ObjectLockLegalHoldStatus::as_str) {
        Some(ObjectLockLegalHoldStatus::ON) => true,
        Some(ObjectLockLegalHoldStatus::OFF) => false,
        _ => return Err(s3_error!(MalformedXML, "The XML you provided was not well-formed.")),
    };
    store.change(&input.bucket, |bucket, _| {
        bucket.hold(&input.key, input.version_id.as_deref(), is_held)?;
        Ok(PutObjectLegalHoldOutput::default())
    })
}

fn get_legal_hold(store: &Store, input: GetObjectLegalHoldInput) -> S3Result<GetObjectLegalHoldOutput> {
    store.read(&input.bucket, |bucket| {
        let (version, _) = bucket.object(&input.key, input.version_id.as_deref())?;
        let status = if version.legal_hold { ObjectLockLegalHoldStatus::ON } else { ObjectLockLegalHoldStatus::OFF };
        let legal_hold = ObjectLockLegalHold { status: Some(ObjectLockLegalHoldStatus::from_static(status)) };
        Ok(GetObjectLegalHoldOutput { legal_hold: Some(legal_hold) })
    })
}

fn get_retention(store: &Store, input: GetObjectRetentionInput) -> S3Result<GetObjectRetentionOutput> {
    store.read(&input.bucket, |bucket| {
        let (version, _) = bucket.object(&input.key, input.version_id.as_deref())?;
        let lock = version.retention.as_ref().ok_or_else(|| {
            s3_error!(NoSuchObjectLockConfiguration, "The specified object does not have a ObjectLock configuration")
        })?;
        Ok(GetObjectRetentionOutput {
            retention: Some(ObjectLockRetention {
                mode: Some(ObjectLockRetentionMode::from_static(lock.mode.name())),
                retain_until_date: Some(to_s3(lock.until)),
            }),
        })
    })
}

impl Version {
    fn e_tag(&self) -> Option<ETag> {
        self.content.as_ref().map(|content: &Content| ETag::Strong(content.e_tag.clone()))
    }
}

/// A lock needs both of its parts, or neither.
fn retention(mode: Option<&str>, until: Option<&s3s::dto::Timestamp>) -> S3Result<Option<Retention>> {
    match (mode, until) {
        (None, None) => Ok(None),
        (Some(mode), Some(until)) => {
            let mode = LockMode::parse(mode).ok_or_else(|| s3_error!(MalformedXML, "Unknown wormMode directive."))?;
            Ok(Some(Retention { mode, until: from_s3(until)? }))
        }
        _ => Err(s3_error!(
            InvalidArgument,
            "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"
        )),
    }
}

fn to_s3(at: Timestamp) -> s3s::dto::Timestamp {
    std::time::SystemTime::from(at).into()
}

/// The adapter's time has no other way out than its text.
fn from_s3(at: &s3s::dto::Timestamp) -> S3Result<Timestamp> {
    let mut text = Vec::new();
    let written = at.format(TimestampFormat::DateTime, &mut text).is_ok();
    let parsed = std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
    parsed.filter(|_| written).ok_or_else(|| s3_error!(InvalidArgument, "The date can't be read."))
}

fn no_such_bucket() -> s3s::S3Error {
    s3_error!(NoSuchBucket, "The specified bucket does not exist")
}

async fn collect<E>(body: impl futures::Stream<Item = Result<Bytes, E>>) -> Result<Bytes, E> {
    let body = body.try_fold(Vec::new(), |mut all, part| async move {
        all.extend_from_slice(&part);
        Ok(all)
    });
    body.await.map(Bytes::from)
}

fn internal(error: &str) -> Response<Bytes> {
    tracing::error!(error, "the S3 adapter failed");
    wire::respond(
        StatusCode::INTERNAL_SERVER_ERROR,
        "application/xml",
        Bytes::from_static(b"<Error><Code>InternalError</Code><Message>The adapter failed.</Message></Error>"),
    )
}
