//! What the extractors of a handler ask for and can refuse.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, RequestBody, SchemaObject};
use aide::operation::{ParamLocation, add_parameters, parameters_from_schema, set_body};
use schemars::{JsonSchema, Schema};

use super::code_groups::{OF_A_BODY, OF_EVERY_CALLER};
use super::doc::refuse;
use super::schemas;
use crate::caller::{Caller, Operator, StreamCaller};
use crate::codes;
use crate::request::{Json, MinPosition, Path, Query};

impl OperationInput for Caller {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        refuse(operation, OF_EVERY_CALLER);
        operation.security.push([("token".to_owned(), Vec::new())].into_iter().collect());
    }
}

impl OperationInput for Operator {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        Caller::operation_input(ctx, operation);
        refuse(operation, &[codes::SITE_OPERATOR_ONLY]);
    }
}

impl OperationInput for StreamCaller {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        Caller::operation_input(ctx, operation);
        refuse(operation, &[codes::TICKET_INVALID]);
        operation.security.push([("ticket".to_owned(), Vec::new())].into_iter().collect());
    }
}

/// The names and grammars of the ids follow from the path itself, see `complete.rs`.
impl<T> OperationInput for Path<T> {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        refuse(operation, &[codes::ID_INVALID]);
    }
}

impl<T: JsonSchema> OperationInput for Query<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        refuse(operation, &[codes::QUERY_INVALID]);
        let parameters = parameters_from_schema(ctx, asked_for::<T>(), ParamLocation::Query);
        add_parameters(ctx, operation, parameters);
    }
}

impl<T: JsonSchema> OperationInput for Json<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        refuse(operation, OF_A_BODY);
        let schema = SchemaObject { json_schema: asked_for::<T>(), example: None, external_docs: None };
        let content = MediaType { schema: Some(schema), ..MediaType::default() };
        let content = [("application/json".to_owned(), content)].into_iter().collect();
        set_body(ctx, operation, RequestBody { required: true, content, ..RequestBody::default() });
    }
}

impl OperationInput for MinPosition {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        refuse(operation, &[codes::POSITION_INVALID, codes::POSITION_LOST, codes::READ_MODEL_BEHIND]);
        operation.parameters.push(super::parameter("MinPosition"));
    }
}

/// The schema of what a client sends, in one piece.
fn asked_for<T: JsonSchema>() -> Schema {
    let mut schema = schemas::taken().into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    schema
}
