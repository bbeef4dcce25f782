//! Function calls, and functions that are written as words.

use pg_query::protobuf::{FuncCall, Node, SqlValueFunction, SqlValueFunctionOp};

use super::constant::{Literal, constant};
use super::form::{Canon, printed};
use crate::ddl::postgres::lexer::{Tokens, identifier};
use crate::ddl::postgres::lower::strings;
use crate::model::TypeName;

/// Functions of extensions that stand in whatever schema these were installed in.
const OF_EXTENSIONS: [&str; 8] = [
    "gen_random_uuid",
    "uuid_generate_v1",
    "uuid_generate_v4",
    "uuid_generate_v7",
    "gen_random_bytes",
    "crypt",
    "digest",
    "unaccent",
];

impl Canon<'_> {
    pub(super) fn call(&self, call: &FuncCall, node: &Node) -> String {
        let is_plain = call.agg_order.is_empty()
            && call.agg_filter.is_none()
            && call.over.is_none()
            && !call.agg_within_group
            && !call.agg_distinct
            && !call.func_variadic;
        if !is_plain {
            return printed(node);
        }
        let name = function_name(call);
        match name.as_str() {
            "now" | "transaction_timestamp" if call.args.is_empty() => "now()".into(),
            "nextval" | "currval" | "setval" => self.sequence_call(&name, call),
            _ if call.agg_star => format!("{name}(*)"),
            _ => format!("{name}({})", self.list(&call.args, None)),
        }
    }

    /// The name of a sequence may be quoted, qualified, and cast to `regclass` or not.
    fn sequence_call(&self, name: &str, call: &FuncCall) -> String {
        let Some((first, rest)) = call.args.split_first() else { return format!("{name}()") };
        let sequence = match constant(first) {
            Some(argument) => match argument.literal {
                Literal::Text(text) => plain_name(&text),
                _ => self.form(first, None),
            },
            None => self.form(first, None),
        };
        format!("{name}({sequence};{})", self.list(rest, None))
    }

    pub(super) fn value_function(&self, value: &SqlValueFunction, node: &Node) -> String {
        match SqlValueFunctionOp::try_from(value.op) {
            Ok(SqlValueFunctionOp::SvfopCurrentTimestamp) => "now()".into(),
            Ok(SqlValueFunctionOp::SvfopCurrentTimestampN) => format!("now({})", value.typmod),
            _ => printed(node),
        }
    }

    pub(super) fn type_of_call(&self, call: &FuncCall, depth: usize) -> Option<TypeName> {
        let of = |name: &str| Some(TypeName::built_in(name));
        match function_name(call).as_str() {
            "lower" | "upper" | "btrim" | "ltrim" | "rtrim" | "concat" | "concat_ws" | "replace" | "substring"
            | "substr" | "left" | "right" | "md5" | "to_char" | "format" | "regexp_replace" | "split_part"
            | "jsonb_typeof" | "json_typeof" | "current_setting" | "encode" | "initcap" | "lpad" | "rpad" => of("text"),
            "length" | "char_length" | "character_length" | "octet_length" | "cardinality" | "array_length"
            | "jsonb_array_length" | "json_array_length" | "position" | "num_nonnulls" | "num_nulls"
            | "array_position" => of("integer"),
            "now" | "transaction_timestamp" | "statement_timestamp" | "clock_timestamp" => {
                of("timestamp with time zone")
            }
            "gen_random_uuid" | "uuid_generate_v4" => of("uuid"),
            "abs" | "ceil" | "floor" | "round" | "trunc" => self.type_of(call.args.first()?, depth),
            _ => {
                let parts = strings(&call.funcname);
                let (name, schema) = parts.split_last()?;
                self.names.returns(schema.last().map(String::as_str), name, call.args.len())
            }
        }
    }
}

pub(super) fn type_of_value_function(value: &SqlValueFunction) -> Option<TypeName> {
    let name = match SqlValueFunctionOp::try_from(value.op).ok()? {
        SqlValueFunctionOp::SvfopCurrentDate => "date",
        SqlValueFunctionOp::SvfopCurrentTimestamp => "timestamp with time zone",
        SqlValueFunctionOp::SvfopLocaltimestamp => "timestamp without time zone",
        SqlValueFunctionOp::SvfopCurrentUser
        | SqlValueFunctionOp::SvfopUser
        | SqlValueFunctionOp::SvfopSessionUser
        | SqlValueFunctionOp::SvfopCurrentRole => "name",
        _ => return None,
    };
    Some(TypeName::built_in(name))
}

/// Without the schemas in which names are found anyway.
pub(super) fn function_name(call: &FuncCall) -> String {
    let mut parts = strings(&call.funcname);
    let Some(name) = parts.pop() else { return String::new() };
    match parts.pop() {
        Some(schema)
            if !matches!(schema.as_str(), "pg_catalog" | "public") && !OF_EXTENSIONS.contains(&name.as_str()) =>
        {
            format!("{schema}.{name}")
        }
        _ => name,
    }
}

/// `public."users_id_seq"` as `users_id_seq`.
fn plain_name(text: &str) -> String {
    let parts: Vec<String> = Tokens::new(text).filter_map(|token| identifier(text, token)).collect();
    match parts.as_slice() {
        [schema, name] if schema == "public" => name.clone(),
        parts => parts.join("."),
    }
}
