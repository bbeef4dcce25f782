//! JSON files as modules: the whole value is their default export, its members are named ones.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::syntax::{Element, Expr, ExprKind, Key, Module, Property};
use crate::source::{SourceFile, Span};

/// The module that a JSON file is (comments and trailing commas allowed). Every place in it is the file's start.
pub(super) fn module(file: &SourceFile) -> Result<Module, (Span, String)> {
    let start = Span::file_start(file.id);
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    let json = jsonc_parser::parse_to_serde_value::<serde_json::Value>(text, &jsonc_parser::ParseOptions::default());
    let json = json.map_err(|error| (start, error.to_string()))?;
    Ok(Module {
        path: file.path.clone(),
        file: file.id,
        imports: HashMap::new(),
        exports: Vec::new(),
        stars: Vec::new(),
        declarations: Vec::new(),
        names: HashMap::new(),
        effects: Vec::new(),
        assigned: Some(Arc::new(expr(&json, start))),
    })
}

/// A value of JSON as an expression.
pub(super) fn expr(json: &serde_json::Value, span: Span) -> Expr {
    let kind = match json {
        serde_json::Value::Null => ExprKind::Null,
        serde_json::Value::Bool(value) => ExprKind::Bool(*value),
        serde_json::Value::Number(n) => ExprKind::Number(n.as_f64().unwrap_or(f64::NAN)),
        serde_json::Value::String(text) => ExprKind::String(text.as_str().into()),
        serde_json::Value::Array(items) => {
            ExprKind::Array(items.iter().map(|item| Element::Item(expr(item, span))).collect())
        }
        serde_json::Value::Object(members) => {
            let member = |(key, value)| {
                let (key, value): (&String, &serde_json::Value) = (key, value);
                Property::Value { key: Key::Name(key.as_str().into()), value: expr(value, span), span }
            };
            ExprKind::Object(members.iter().map(member).collect())
        }
    };
    Expr { span, kind }
}
