//! Where images are kept.

use std::path::PathBuf;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::hidden;

/// Images of groups: in a folder, or in a bucket of S3 or what speaks like it.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ImagesConfig {
    /// The folder, the same for all nodes; `causerie-images` where the service starts, with `causerie dev` in its data folder.
    pub folder: Option<PathBuf>,
    /// The bucket, instead of a folder. What is not said here of S3 is taken from `AWS_…` in the environment.
    pub bucket: Option<String>,
    /// The region of the bucket.
    pub region: Option<String>,
    /// Where something else than Amazon's own S3 answers: `https://host:port`.
    pub endpoint: Option<String>,
    /// The id of the key for the bucket.
    pub access_key_id: Option<String>,
    /// The key for the bucket.
    #[serde(serialize_with = "hidden")]
    #[schemars(with = "Option<String>")]
    pub secret_access_key: Option<SecretString>,
    /// A file that holds the key.
    pub secret_access_key_file: Option<PathBuf>,
}
