//! The parameters, bodies and error codes of extractors.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, RequestBody, SchemaObject};
use aide::operation::{ParamLocation, add_parameters, parameters_from_schema, set_body};
use schemars::{JsonSchema, Schema};

use super::code_groups::{BODY_CODES, CALLER_CODES};
use super::doc::add_codes;
use super::schemas;
use crate::caller::{Caller, Operator, StreamCaller};
use crate::codes;
use crate::request::{Json, MinPosition, Path, Query};

impl OperationInput for Caller {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        add_codes(operation, CALLER_CODES);
        operation.security.push([("token".to_owned(), Vec::new())].into_iter().collect());
    }
}

impl OperationInput for Operator {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        Caller::operation_input(ctx, operation);
        add_codes(operation, &[codes::SITE_OPERATOR_ONLY]);
    }
}

impl OperationInput for StreamCaller {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        Caller::operation_input(ctx, operation);
        add_codes(operation, &[codes::TICKET_INVALID]);
        operation.security.push([("ticket".to_owned(), Vec::new())].into_iter().collect());
    }
}

/// The ids follow from the path, see `complete.rs`.
impl<T> OperationInput for Path<T> {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        add_codes(operation, &[codes::ID_INVALID]);
    }
}

impl<T: JsonSchema> OperationInput for Query<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        add_codes(operation, &[codes::QUERY_INVALID]);
        let parameters = parameters_from_schema(ctx, request_schema::<T>(), ParamLocation::Query);
        add_parameters(ctx, operation, parameters);
    }
}

impl<T: JsonSchema> OperationInput for Json<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        add_codes(operation, BODY_CODES);
        let schema = SchemaObject { json_schema: request_schema::<T>(), example: None, external_docs: None };
        let content = MediaType { schema: Some(schema), ..MediaType::default() };
        let content = [("application/json".to_owned(), content)].into_iter().collect();
        set_body(ctx, operation, RequestBody { required: true, content, ..RequestBody::default() });
    }
}

impl OperationInput for MinPosition {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        add_codes(operation, &[codes::POSITION_INVALID, codes::POSITION_LOST, codes::READ_MODEL_BEHIND]);
        operation.parameters.push(super::parameter("MinPosition"));
    }
}

/// The schema of a request, without references.
fn request_schema<T: JsonSchema>() -> Schema {
    let mut schema = schemas::request_settings().into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    schema
}
