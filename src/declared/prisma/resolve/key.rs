//! `@@id`, `@@unique`, `@@index` and `@@fulltext`.

use super::super::ast::{Argument, Attribute, BaseType, Block, Value};
use super::super::schema::{BuiltIn, Condition, Key, KeyKind, KeyPart, Opclass, Predicate};
use super::args::Args;
use super::field::named_scalar;
use super::{Scope, TypeRef};
use crate::source::Spanned;

/// `sort: Desc`; whether the order is descending.
pub(super) fn sort(args: &Args<'_>) -> bool {
    match args.constant("sort") {
        Some(("Desc", _)) => true,
        Some(("Asc", _)) | None => false,
        Some((other, span)) => {
            args.invalid(span, format!("the order is `Asc` or `Desc`, not `{other}`"));
            false
        }
    }
}

/// Options of key fields that are of other databases only.
pub(super) fn refuse_options(kind: KeyKind, args: &Args<'_>, scope: &Scope<'_>) {
    args.integer("length");
    let what = if kind == KeyKind::Primary { "a primary key" } else { "an index" };
    let refused: &[&str] = if kind == KeyKind::Primary { &["length", "sort"] } else { &["length"] };
    for option in refused {
        if let Some(value) = args.named(option).filter(|_| scope.connector.is_some()) {
            args.invalid(value.span, format!("`{option}` is nothing that {what} of this database takes"));
        }
    }
}

pub(super) fn refuse_clustered(args: &Args<'_>, scope: &Scope<'_>) {
    args.boolean("clustered");
    if let Some(value) = args.named("clustered").filter(|_| scope.connector.is_some()) {
        args.invalid(value.span, "only SQL Server has clustered keys and indexes");
    }
}

/// Reads a key attribute of a block; `None` when its fields could not be told.
pub(super) fn read(kind: KeyKind, attribute: &Attribute, block: &Block, scope: &Scope<'_>) -> Option<Key> {
    let args = Args::of_block_attribute(attribute, scope.problems);
    let parts = args.required("fields").and_then(|fields| read_parts(kind, fields, block, &args, scope));
    let mut key = Key {
        kind,
        mapped: args.string("map"),
        client_name: (kind != KeyKind::Fulltext).then(|| args.string("name")).flatten(),
        parts: Vec::new(),
        method: None,
        predicate: None,
        span: attribute.span,
    };
    refuse_clustered(&args, scope);
    if kind == KeyKind::Index {
        legacy_name(&mut key, &args);
        key.method = method(&args, scope);
    } else if let Some(name) = &key.client_name
        && !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        args.invalid(attribute.span, "the `name` of a key consists of letters, digits and underscores");
    }
    if matches!(kind, KeyKind::Index | KeyKind::Unique) {
        key.predicate = predicate(block, &args, scope);
    }
    args.finish();
    key.parts = parts?;
    if key.parts.is_empty() {
        scope.problems.invalid(attribute.span, format!("an {} without fields", kind.word()));
        return None;
    }
    Some(key)
}

/// `name:` of an index once was the name in the database.
fn legacy_name(key: &mut Key, args: &Args<'_>) {
    let Some(name) = key.client_name.take() else {
        return;
    };
    if key.mapped.is_some() {
        args.invalid(args.span, "`name` is the old word for `map`: an index takes only one of them");
    } else {
        key.mapped = Some(name);
    }
}

fn method(args: &Args<'_>, scope: &Scope<'_>) -> Option<&'static str> {
    let (word, span) = args.constant("type")?;
    let connector = scope.connector?;
    match connector.index_method(word) {
        Some(method) => Some(method.name),
        None => {
            args.invalid(span, format!("`{word}` is no index type of {}", connector.dialect));
            None
        }
    }
}

fn read_parts(
    kind: KeyKind,
    fields: &Spanned<Value>,
    block: &Block,
    args: &Args<'_>,
    scope: &Scope<'_>,
) -> Option<Vec<KeyPart>> {
    let items = match &fields.value {
        Value::Array(items) => items.as_slice(),
        _ => std::slice::from_ref(fields),
    };
    let mut parts: Vec<KeyPart> = Vec::new();
    let mut complete = true;
    for item in items {
        let (name, options): (&str, &[Argument]) = match &item.value {
            Value::Constant(name) => (name, &[]),
            Value::Function { name, arguments } => (&name.value, arguments),
            _ => {
                args.expected("the name of a field", item);
                complete = false;
                continue;
            }
        };
        match named_scalar(name, block, scope) {
            Ok(field) if parts.iter().any(|p| p.field == field) => {
                args.invalid(item.span, format!("the {} names the field `{name}` twice", kind.word()));
                complete = false;
            }
            Ok(field) => match read_part(kind, field, name, options, item, scope) {
                Some(part) => parts.push(part),
                None => complete = false,
            },
            Err(reason) => {
                args.invalid(item.span, format!("the {} {reason}", kind.word()));
                complete = false;
            }
        }
    }
    complete.then_some(parts)
}

/// `field(sort: Desc, ops: raw("…"), length: 10)`; `None` when the operator class could not be told.
fn read_part(
    kind: KeyKind,
    field: usize,
    name: &str,
    options: &[Argument],
    item: &Spanned<Value>,
    scope: &Scope<'_>,
) -> Option<KeyPart> {
    let args = Args::of_key_field(options, name.to_owned(), item.span, scope.problems);
    refuse_options(kind, &args, scope);
    let descending = sort(&args);
    let written = args.named("ops");
    let opclass = written.and_then(|ops| match &ops.value {
        Value::Constant(word) => {
            let is_known = scope.connector.is_none_or(|c| (c.is_opclass)(word));
            if !is_known {
                args.invalid(
                    ops.span,
                    format!("`{word}` is no operator class that can be named so; others are written `raw(\"…\")`"),
                );
            }
            is_known.then(|| Opclass { name: opclass_name(word), word: Some(word.clone()) })
        }
        Value::Function { name, arguments } if name.value == "raw" => match arguments.as_slice() {
            [Argument { value: Spanned { value: Value::String(name), .. }, .. }] => {
                Some(Opclass { name: name.clone(), word: None })
            }
            _ => {
                args.expected("an operator class or `raw(\"…\")`", ops);
                None
            }
        },
        _ => {
            args.expected("an operator class or `raw(\"…\")`", ops);
            None
        }
    });
    // Other options are passed over, as Prisma does.
    args.discard();
    (written.is_none() || opclass.is_some()).then_some(KeyPart { field, descending, opclass })
}

/// `TextMinMaxOps` is the database's `text_minmax_ops`.
fn opclass_name(word: &str) -> String {
    let mut name = String::new();
    for (i, c) in word.char_indices() {
        if c.is_ascii_uppercase() && i > 0 {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name.replace("min_max", "minmax").replace("_tz_", "tz_").replace("var_bit", "varbit")
}

/// `where: raw("…")` or `where: { field: value }`, with a preview feature since Prisma 7.4.
pub(super) fn predicate(block: &Block, args: &Args<'_>, scope: &Scope<'_>) -> Option<Spanned<Predicate>> {
    let value = args.named("where")?;
    if !scope.partial_indexes {
        args.invalid(value.span, "`where` needs the preview feature `partialIndexes`");
        return None;
    }
    let predicate = match &value.value {
        Value::Function { name, arguments } if name.value == "raw" => match arguments.as_slice() {
            [Argument { value: Spanned { value: Value::String(sql), .. }, .. }] if !sql.is_empty() => {
                Predicate::Raw(sql.clone())
            }
            _ => {
                args.expected("`raw(\"…\")` with one string that is not empty", value);
                return None;
            }
        },
        Value::Object(entries) if !entries.is_empty() => {
            let conditions: Vec<_> =
                entries.iter().map(|(key, value)| condition(&key.value, value, block, args, scope)).collect();
            Predicate::Fields(conditions.into_iter().collect::<Option<_>>()?)
        }
        _ => {
            args.expected("`raw(\"…\")` or `{ field: value }`", value);
            return None;
        }
    };
    Some(Spanned { value: predicate, span: value.span })
}

fn condition(
    name: &str,
    value: &Spanned<Value>,
    block: &Block,
    args: &Args<'_>,
    scope: &Scope<'_>,
) -> Option<(usize, Condition)> {
    let field = match named_scalar(name, block, scope) {
        Ok(field) => field,
        Err(reason) => {
            args.invalid(value.span, format!("the condition {reason}"));
            return None;
        }
    };
    let condition = match &value.value {
        Value::Object(entries) => match entries.as_slice() {
            [(key, inner)] if key.value == "not" => Condition::IsNot(inner.value.clone()),
            _ => {
                args.expected("`{ not: value }` or a value", value);
                return None;
            }
        },
        literal => Condition::Is(literal.clone()),
    };
    let (Condition::Is(literal) | Condition::IsNot(literal)) = &condition;
    let Some(kind) = LiteralKind::of(literal) else {
        args.expected("`true`, `false`, `null`, a string or a number", value);
        return None;
    };
    let ty = &block.fields().nth(field)?.ty.base;
    if !kind.goes_with(ty, scope) {
        let ty = match ty {
            BaseType::Named(ty) => ty,
            BaseType::Unsupported(_) => "Unsupported",
        };
        let message = format!(
            "`{}` cannot be compared with `{name}`, which is of the type `{ty}`; `raw(\"…\")` takes any condition",
            literal.describe()
        );
        args.invalid(value.span, message);
        return None;
    }
    Some((field, condition))
}

/// What a field is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LiteralKind {
    Null,
    Boolean,
    String,
    Number,
}

impl LiteralKind {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(_) => Some(Self::String),
            Value::Number(_) => Some(Self::Number),
            Value::Constant(word) if word == "null" => Some(Self::Null),
            Value::Constant(word) if word == "true" || word == "false" => Some(Self::Boolean),
            _ => None,
        }
    }

    fn goes_with(self, ty: &BaseType, scope: &Scope<'_>) -> bool {
        let BaseType::Named(name) = ty else {
            return self == Self::Null;
        };
        let expected = match BuiltIn::from_name(name) {
            Some(BuiltIn::Boolean) => Self::Boolean,
            Some(BuiltIn::Int | BuiltIn::BigInt | BuiltIn::Float | BuiltIn::Decimal) => Self::Number,
            Some(BuiltIn::String | BuiltIn::DateTime) => Self::String,
            Some(BuiltIn::Json | BuiltIn::Bytes) => return self == Self::Null,
            None if matches!(scope.types.get(name.as_str()), Some(TypeRef::Enum(_))) => Self::String,
            None => return self == Self::Null,
        };
        self == Self::Null || self == expected
    }
}
