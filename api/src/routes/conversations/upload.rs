//! The body of ChangeGroupImage: read once the caller may change the image, not before the handler runs.

use std::time::Duration;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, RequestBody, SchemaObject};
use aide::operation::set_body;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use bytes::Bytes;
use schemars::json_schema;
use tokio::time::timeout;

use crate::codes;
use crate::edge::UploadPermit;
use crate::openapi::Codes;
use crate::problem::Problem;

/// Time limit for receiving an image. It leaves time to decode the image within the limit of a request, 15 s.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) const REFUSALS: Codes = &[
    codes::BODY_INCOMPLETE,
    codes::BODY_TOO_LARGE,
    codes::GROUP_IMAGE_TOO_LARGE,
    codes::GROUP_IMAGE_UNREADABLE,
    codes::GROUP_IMAGE_UNSUPPORTED,
];

/// The documented media types. The content determines the format, so any media type is accepted.
const MEDIA_TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "application/octet-stream"];

/// An upload that has not been read yet.
#[derive(Debug)]
pub(crate) struct Upload(Request);

impl Upload {
    /// The whole image. While it arrives, the request does not count as in progress.
    pub(super) async fn read(self) -> Result<Bytes, Problem> {
        if let Some(place) = self.0.extensions().get::<UploadPermit>() {
            place.release();
        }
        let read = Bytes::from_request(self.0, &());
        let read = timeout(UPLOAD_TIMEOUT, read)
            .await
            .map_err(|_| Problem::new(codes::REQUEST_TIMEOUT, "the image did not arrive in time; nothing was done"))?;
        read.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(codes::BODY_TOO_LARGE, "an image has at most 5 MiB"),
            _ => Problem::new(codes::BODY_INCOMPLETE, "the body could not be read to its end"),
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Ok(Self(request))
    }
}

impl OperationInput for Upload {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        // Without a schema, generators of clients leave the body out.
        let bytes = SchemaObject {
            json_schema: json_schema!({ "type": "string", "format": "binary" }),
            example: None,
            external_docs: None,
        };
        let content = MEDIA_TYPES.map(|media_type| {
            (media_type.to_owned(), MediaType { schema: Some(bytes.clone()), ..MediaType::default() })
        });
        let content = content.into_iter().collect();
        set_body(ctx, operation, RequestBody { required: true, content, ..RequestBody::default() });
    }
}
