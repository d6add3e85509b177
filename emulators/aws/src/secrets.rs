//! Secrets Manager: reading, describing and replacing the secrets that the stack starts with.
//!
//! A secret has its current and its previous version, as rotation needs them. Creation, deletion, rotation functions
//! and binary secrets are not emulated.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::data_dir::JsonFile;
use crate::md5;
use crate::wire::{self, Protocol, Refusal};
use crate::{ACCOUNT, Clock, OpenError, REGION};

const FILE: &str = "secrets.json";

/// The longest secret, in bytes.
const LONGEST: usize = 65_536;

/// The service.
pub struct Secrets {
    secrets: Mutex<BTreeMap<String, Secret>>,
    file: JsonFile,
    clock: Clock,
}

/// A secret and its versions, newest first: `AWSCURRENT`, `AWSPREVIOUS`, and no more.
#[derive(Serialize, Deserialize)]
struct Secret {
    created_at: Timestamp,
    versions: Vec<Version>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Version {
    id: String,
    text: String,
    created_at: Timestamp,
}

const STAGES: [&str; 2] = ["AWSCURRENT", "AWSPREVIOUS"];

impl Secrets {
    /// The service with these secrets, by name. A secret that a data directory has already keeps its stored value.
    ///
    /// # Errors
    /// [`OpenError`] when the stored secrets can't be read or written.
    pub fn open(dir: Option<&Path>, initial: &[(&str, &str)], clock: Clock) -> Result<Self, OpenError> {
        let (file, stored) = JsonFile::open::<BTreeMap<String, Secret>>(dir, FILE)?;
        let mut secrets = stored.unwrap_or_default();
        let now = clock();
        for &(name, text) in initial {
            secrets.entry(name.to_owned()).or_insert_with(|| {
                let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{name}/initial").as_bytes()).to_string();
                Secret { created_at: now, versions: vec![Version { id, text: text.to_owned(), created_at: now }] }
            });
        }
        let path = dir.unwrap_or(Path::new("")).join(FILE);
        file.store(&secrets).map_err(|source| OpenError::Io { path, source })?;
        Ok(Self { secrets: Mutex::new(secrets), file, clock })
    }

    /// Answers a request of the Secrets Manager API.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        match self.answer(&request) {
            Ok(answer) => Protocol::Json11.ok(&answer),
            Err(refusal) => Protocol::Json11.refuse(&refusal),
        }
    }

    fn answer(&self, request: &Request<Bytes>) -> Result<Value, Refusal> {
        match wire::target(request.headers(), &["secretsmanager."])? {
            "GetSecretValue" => self.get(&wire::parse(request)?),
            "DescribeSecret" => self.describe(&wire::parse(request)?),
            "PutSecretValue" => self.put(wire::parse(request)?),
            other => Err(Refusal::unknown_operation(other)),
        }
    }

    fn get(&self, input: &GetInput) -> Result<Value, Refusal> {
        let secrets = self.secrets();
        let (name, secret) = find(&secrets, &input.secret_id)?;
        let place = match (&input.version_id, &input.version_stage) {
            (None, None) => Some(0),
            (Some(id), None) => secret.versions.iter().position(|version| version.id == *id),
            (None, Some(stage)) => STAGES.iter().position(|known| known == stage),
            (Some(id), Some(stage)) => secret
                .versions
                .iter()
                .position(|version| version.id == *id)
                .filter(|&place| STAGES.get(place) == Some(&stage.as_str())),
        };
        let (place, version) = place.and_then(|place| Some((place, secret.versions.get(place)?))).ok_or_else(|| {
            let asked = input.version_stage.as_deref().or(input.version_id.as_deref()).unwrap_or_default();
            not_found(format!("Secrets Manager can't find the specified secret value for {asked}."))
        })?;
        Ok(json!({
            "ARN": arn(name),
            "Name": name,
            "VersionId": version.id,
            "VersionStages": [STAGES[place]],
            "SecretString": version.text,
            "CreatedDate": seconds(version.created_at),
        }))
    }

    fn describe(&self, input: &GetInput) -> Result<Value, Refusal> {
        let secrets = self.secrets();
        let (name, secret) = find(&secrets, &input.secret_id)?;
        let stages: BTreeMap<_, _> =
            secret.versions.iter().zip(STAGES).map(|(version, stage)| (version.id.clone(), [stage])).collect();
        Ok(json!({
            "ARN": arn(name),
            "Name": name,
            "RotationEnabled": false,
            "CreatedDate": seconds(secret.created_at),
            "LastChangedDate": seconds(secret.versions[0].created_at),
            "VersionIdsToStages": stages,
        }))
    }

    fn put(&self, input: PutInput) -> Result<Value, Refusal> {
        let text = input.secret_string;
        if text.is_empty() || text.len() > LONGEST {
            return Err(Refusal::of(
                "InvalidParameterException",
                format!("SecretString must have from 1 to {LONGEST} bytes."),
            ));
        }
        // The token is what makes a retry harmless; the SDKs fill it in.
        let id = input.client_request_token;
        if !(32..=64).contains(&id.len()) {
            return Err(Refusal::of(
                "InvalidParameterException",
                "ClientRequestToken must have from 32 to 64 characters.",
            ));
        }
        if input.version_stages.is_some_and(|stages| stages != STAGES[..1]) {
            return Err(Refusal::of("InvalidParameterException", "Only the stage AWSCURRENT is emulated."));
        }

        let mut secrets = self.secrets();
        let name = find(&secrets, &input.secret_id)?.0.clone();
        let secret = secrets.get_mut(&name).expect("it was found a moment ago");
        let stage = match secret.versions.iter().position(|version| version.id == id) {
            Some(place) if secret.versions[place].text == text => STAGES[place],
            Some(_) => {
                return Err(Refusal::of(
                    "ResourceExistsException",
                    format!(
                        "You can't use ClientRequestToken {id} because that value is already in use for a version of secret {name}."
                    ),
                ));
            }
            None => {
                secret.versions.insert(0, Version { id: id.clone(), text, created_at: (self.clock)() });
                secret.versions.truncate(STAGES.len());
                STAGES[0]
            }
        };
        self.file.store(&*secrets).map_err(|error| {
            tracing::error!(%error, "the secrets could not be stored");
            Refusal::internal("InternalServiceError", "The secrets could not be stored.")
        })?;
        Ok(json!({ "ARN": arn(&name), "Name": name, "VersionId": id, "VersionStages": [stage] }))
    }

    fn secrets(&self) -> MutexGuard<'_, BTreeMap<String, Secret>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").field("names", &self.secrets().keys()).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetInput {
    secret_id: String,
    version_id: Option<String>,
    version_stage: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutInput {
    secret_id: String,
    secret_string: String,
    client_request_token: String,
    version_stages: Option<Vec<String>>,
}

/// The secret that a name or an ARN names.
fn find<'a>(secrets: &'a BTreeMap<String, Secret>, id: &str) -> Result<(&'a String, &'a Secret), Refusal> {
    secrets
        .iter()
        .find(|(name, _)| *name == id || arn(name) == id)
        .ok_or_else(|| not_found("Secrets Manager can't find the specified secret."))
}

fn not_found(message: impl Into<String>) -> Refusal {
    Refusal::of("ResourceNotFoundException", message)
}

/// An ARN ends in six characters that AWS draws at random, and we derive from the name.
fn arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-{}", &md5::hex(name.as_bytes())[..6])
}

fn seconds(at: Timestamp) -> i64 {
    at.as_second()
}
