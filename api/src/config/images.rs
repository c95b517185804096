//! Settings of the image store.

use std::path::PathBuf;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::hidden;

/// Group images: stored in a folder, or in an S3-compatible bucket.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ImagesConfig {
    /// The folder, shared by all nodes. Default: `causerie-images` in the working directory; for
    /// `causerie dev`, in its data folder.
    pub folder: Option<PathBuf>,
    /// The bucket, instead of a folder. Other S3 settings are read from `AWS_…` in the environment.
    pub bucket: Option<String>,
    /// The region of the bucket.
    pub region: Option<String>,
    /// The endpoint of a server other than Amazon S3: `https://host:port`.
    pub endpoint: Option<String>,
    /// The access key id.
    pub access_key_id: Option<String>,
    /// The secret access key.
    #[serde(serialize_with = "hidden")]
    #[schemars(with = "Option<String>")]
    pub secret_access_key: Option<SecretString>,
    /// A file that contains the secret access key.
    pub secret_access_key_file: Option<PathBuf>,
}
