//! One field of a model: its type and its attributes.

use super::super::ast::{self, Arity, Attribute, BaseType, Block, Value};
use super::super::connector::{Arguments, Connector, NativeType};
use super::super::schema::{
    BuiltIn, Field, FieldKind, Key, KeyKind, KeyPart, Native, RelationField, Scalar, ScalarType,
};
use super::args::Args;
use super::{Scope, TypeRef, default, key, relation};
use crate::source::Spanned;

/// A field, and the key that its attributes make of it.
pub(super) struct ReadField {
    pub(super) field: Field,
    pub(super) primary_key: Option<Key>,
    pub(super) unique: Option<Key>,
}

/// Reads field number `index` of a block.
pub(super) fn read(field: &ast::Field, index: usize, block: &Block, scope: &Scope<'_>) -> ReadField {
    let kind = match &field.ty.base {
        BaseType::Unsupported(sql) => {
            refuse_supported(sql, field, scope);
            Ok(ScalarType::Unsupported(sql.clone()))
        }
        BaseType::Named(name) => match (BuiltIn::from_name(name), scope.types.get(name.as_str())) {
            (Some(built_in), _) => Ok(ScalarType::BuiltIn(built_in)),
            (None, Some(TypeRef::Enum(i))) => Ok(ScalarType::Enum(*i)),
            (None, Some(TypeRef::Composite)) => Ok(ScalarType::Composite(name.clone())),
            (None, Some(TypeRef::Model(i))) => Err(Some(*i)),
            (None, None) => {
                unknown_type(name, field, scope);
                Err(None)
            }
        },
    };
    match kind {
        Ok(ty) => scalar(field, ty, index, block, scope),
        Err(Some(model)) => relation_field(field, model, scope),
        Err(None) => plain(field, FieldKind::Unknown, false),
    }
}

fn unknown_type(name: &str, field: &ast::Field, scope: &Scope<'_>) {
    let lower = name.to_ascii_lowercase();
    let meant = scope
        .types
        .keys()
        .copied()
        .chain(["Int", "BigInt", "Float", "Decimal", "Boolean", "String", "DateTime", "Json", "Bytes"])
        .filter(|known| known.to_ascii_lowercase() == lower)
        .min();
    let hint = meant.map(|known| format!("; `{known}` is meant?")).unwrap_or_default();
    let message = format!(
        "the type `{name}` of the field `{}` is neither a built-in type nor a model, enum or composite type of this schema{hint}",
        field.name.value
    );
    scope.problems.invalid(field.ty.span, message);
}

/// `Unsupported("VarChar(10)")`, where there is `@db.VarChar(10)`.
fn refuse_supported(sql: &str, field: &ast::Field, scope: &Scope<'_>) {
    let name = sql.split('(').next().unwrap_or(sql).trim();
    let Some(native) = scope.connector.and_then(|connector| connector.native_type(name)) else {
        return;
    };
    let message = format!(
        "`{sql}` is a type that Prisma has: the field `{}` can be a `{}` with a native type",
        field.name.value,
        native.scalars.first().map_or("String", |scalar| scalar.name()),
    );
    scope.problems.invalid(field.span, message);
}

fn plain(field: &ast::Field, kind: FieldKind, is_ignored: bool) -> ReadField {
    ReadField {
        field: Field { name: field.name.clone(), arity: field.ty.arity, kind, is_ignored, span: field.span },
        primary_key: None,
        unique: None,
    }
}

/// The attributes of a field by name; each but the native type stands at most once.
pub(super) fn once<'a>(
    attributes: impl Iterator<Item = &'a Attribute>,
    at: &str,
    scope: &Scope<'_>,
    allowed: impl Fn(&Attribute) -> bool,
) -> Vec<&'a Attribute> {
    let mut found: Vec<&Attribute> = Vec::new();
    for attribute in attributes {
        let name = &attribute.name.value;
        if !allowed(attribute) {
            scope.problems.invalid(attribute.span, format!("the attribute `{at}{name}` is not known here"));
        } else if let Some(first) = found.iter().find(|f| is_same(&f.name.value, name)) {
            // Which of them is one too many is not ours to say. (The list of findings drops those said again.)
            for span in [first.span, attribute.span] {
                scope.problems.invalid(span, format!("the attribute `{at}{name}` can stand only once"));
            }
        } else {
            found.push(attribute);
        }
    }
    found
}

/// A field has one native type, whichever.
fn is_same(a: &str, b: &str) -> bool {
    a == b || a.contains('.') && b.contains('.')
}

fn scalar(field: &ast::Field, ty: ScalarType, index: usize, block: &Block, scope: &Scope<'_>) -> ReadField {
    let known = ["map", "ignore", "relation", "id", "updatedAt", "default", "unique", "shardKey"];
    let takes_native = matches!(ty, ScalarType::BuiltIn(_));
    let allowed = |a: &Attribute| known.contains(&a.name.value.as_str()) || takes_native && a.name.value.contains('.');
    let attributes = once(field.attributes.iter(), "@", scope, allowed);
    check_list(field, &ty, scope);
    let mut scalar = Scalar { column: field.name.value.clone(), ty, native: None, default: None };
    let mut read = plain(field, FieldKind::Unknown, false);
    for attribute in attributes {
        let args = Args::of_field_attribute(attribute, scope.problems);
        match attribute.name.value.as_str() {
            "map" => {
                if let Some(name) = args.required_text("name") {
                    scalar.column = name;
                }
            }
            "ignore" if matches!(scalar.ty, ScalarType::Unsupported(_)) => {
                args.invalid(attribute.span, "a field of an `Unsupported` type is ignored by the client anyway");
            }
            "ignore" => read.field.is_ignored = true,
            "relation" => {
                args.invalid(
                    attribute.span,
                    format!("`{}` is no relation field: its type is no model", field.name.value),
                );
                args.discard();
                continue;
            }
            "id" => read.primary_key = Some(own_key(KeyKind::Primary, index, &args, scope)),
            "unique" => {
                let predicate = key::predicate(block, &args, scope);
                read.unique = Some(Key { predicate, ..own_key(KeyKind::Unique, index, &args, scope) });
            }
            "updatedAt" => updated_at(field, &scalar.ty, &args),
            "default" => scalar.default = default::read(field, &scalar.ty, block, &args, scope),
            "shardKey" => {
                shard_key(&args, scope);
                args.discard();
                continue;
            }
            _ => {
                scalar.native = native(attribute, &scalar.ty, scope);
                args.discard();
                continue;
            }
        }
        args.finish();
    }
    read.field.kind = FieldKind::Scalar(Box::new(scalar));
    read
}

pub(super) fn shard_key(args: &Args<'_>, scope: &Scope<'_>) {
    if scope.connector.is_some() {
        args.invalid(args.span, "shard keys are a feature of MySQL");
    }
}

fn check_list(field: &ast::Field, ty: &ScalarType, scope: &Scope<'_>) {
    if let (ScalarType::Composite(name), Some(_)) = (ty, scope.connector) {
        let message = format!(
            "the field `{}` has the composite type `{name}`, which no relational database has",
            field.name.value
        );
        scope.problems.invalid(field.span, message);
    }
}

/// `@id` and `@unique`.
fn own_key(kind: KeyKind, index: usize, args: &Args<'_>, scope: &Scope<'_>) -> Key {
    let mapped = args.string("map");
    key::refuse_options(kind, args, scope);
    key::refuse_clustered(args, scope);
    let descending = key::sort(args);
    Key {
        kind,
        mapped,
        client_name: None,
        parts: vec![KeyPart { field: index, descending, opclass: None }],
        method: None,
        predicate: None,
        span: args.span,
    }
}

fn updated_at(field: &ast::Field, ty: &ScalarType, args: &Args<'_>) {
    if *ty != ScalarType::BuiltIn(BuiltIn::DateTime) {
        args.invalid(args.span, "only a field of the type `DateTime` can be marked with `@updatedAt`");
    }
    if field.ty.arity == Arity::List {
        args.invalid(args.span, "a list cannot be marked with `@updatedAt`");
    }
}

/// `@db.Name(…)`
fn native(attribute: &Attribute, ty: &ScalarType, scope: &Scope<'_>) -> Option<Native> {
    let (prefix, name) = attribute.name.value.split_once('.')?;
    if let Some(datasource) = &scope.datasource
        && datasource != prefix
    {
        let message = format!("the prefix `{prefix}` is not the name of the datasource, `{datasource}`");
        scope.problems.invalid(attribute.span, message);
    }
    let connector = scope.connector?;
    let ScalarType::BuiltIn(scalar) = ty else {
        return None;
    };
    let Some(native) = connector.native_type(name) else {
        scope.problems.invalid(attribute.span, unknown_native(name, connector));
        return None;
    };
    if !native.scalars.contains(scalar) {
        let scalars: Vec<_> = native.scalars.iter().map(|s| format!("`{}`", s.name())).collect();
        let message = format!(
            "`@{prefix}.{name}` goes with a field of the type {}, not `{}`",
            scalars.join(" or "),
            scalar.name()
        );
        scope.problems.invalid(attribute.span, message);
        return None;
    }
    Some(Native { name: native.name, arguments: native_arguments(attribute, native, scope)? })
}

fn unknown_native(name: &str, connector: &Connector) -> String {
    let meant = connector.native_types.iter().find(|t| t.name.eq_ignore_ascii_case(name));
    let hint = meant.map(|t| format!("; `{}` is meant?", t.name)).unwrap_or_default();
    format!("{} has no native type `{name}`{hint}", connector.dialect)
}

fn native_arguments(attribute: &Attribute, native: &NativeType, scope: &Scope<'_>) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    for argument in &attribute.arguments {
        let number = match &argument.value.value {
            Value::Number(text) => text.parse::<u32>().ok(),
            _ => None,
        };
        let Some(number) = number else {
            let message = format!("`{}` takes numbers, not `{}`", native.name, argument.value.value.describe());
            scope.problems.invalid(argument.span, message);
            return None;
        };
        numbers.push(number);
    }
    let problem = match (native.arguments, numbers.as_slice()) {
        (_, []) => None,
        (Arguments::None, _) => Some(format!("`{}` takes no argument", native.name)),
        (Arguments::One { min, max }, [n]) => (*n < min || *n > max).then(|| match max {
            u32::MAX => format!("the argument of `{}` is at least {min}", native.name),
            _ => format!("the argument of `{}` lies between {min} and {max}", native.name),
        }),
        (Arguments::One { .. }, _) => Some(format!("`{}` takes one argument", native.name)),
        (Arguments::PrecisionAndScale { max }, [precision, scale]) => {
            if scale > precision {
                Some(format!("the scale of `{}` cannot be larger than its precision", native.name))
            } else if *precision == 0 || *precision > max {
                Some(format!("the precision of `{}` lies between 1 and {max}", native.name))
            } else {
                None
            }
        }
        (Arguments::PrecisionAndScale { .. }, _) => Some(format!("`{}` takes a precision and a scale", native.name)),
    };
    if let Some(message) = problem {
        scope.problems.invalid(attribute.span, message);
        return None;
    }
    Some(numbers)
}

fn relation_field(field: &ast::Field, to: usize, scope: &Scope<'_>) -> ReadField {
    let known = ["relation", "id", "ignore", "default", "map", "unique"];
    let attributes = once(field.attributes.iter(), "@", scope, |a| known.contains(&a.name.value.as_str()));
    let mut relation = RelationField {
        to,
        name: None,
        fields: None,
        references: None,
        on_delete: None,
        on_update: None,
        mapped: None,
        attribute: None,
    };
    let mut is_ignored = false;
    for attribute in attributes {
        let args = Args::of_field_attribute(attribute, scope.problems);
        match attribute.name.value.as_str() {
            "relation" => {
                relation::read_attribute(&mut relation, &args);
                // Which fields it names is settled when all models are read.
                args.named("fields");
                args.named("references");
                args.finish();
                continue;
            }
            "ignore" => is_ignored = true,
            other => {
                let message =
                    format!("`{}` is a relation field, and `@{other}` goes with scalar fields only", field.name.value);
                args.invalid(attribute.span, message);
            }
        }
        args.discard();
    }
    plain(field, FieldKind::Relation(Box::new(relation)), is_ignored)
}

/// The scalar field of a name among the fields of a block, for keys and relations.
pub(super) fn position(block: &Block, name: &str) -> Option<usize> {
    block.fields().position(|f| f.name.value == name)
}

/// Whether a field of a block is a scalar as far as its type's name tells.
pub(super) fn is_scalar(field: &ast::Field, scope: &Scope<'_>) -> bool {
    match &field.ty.base {
        BaseType::Unsupported(_) => true,
        BaseType::Named(name) => {
            BuiltIn::from_name(name).is_some()
                || !matches!(scope.types.get(name.as_str()), Some(TypeRef::Model(_)) | None)
        }
    }
}

/// Reads a list of field names `[a, b]` into positions of fields of `block`. Reports what is no scalar field of it.
pub(super) fn field_list(
    value: &Spanned<Value>,
    block: &Block,
    what: &str,
    args: &Args<'_>,
    scope: &Scope<'_>,
) -> Option<Vec<usize>> {
    let items = match &value.value {
        Value::Array(items) => items.as_slice(),
        _ => std::slice::from_ref(value),
    };
    let mut positions = Vec::new();
    let mut complete = true;
    for item in items {
        let Some(name) = item.value.as_constant() else {
            args.expected("the name of a field", item);
            complete = false;
            continue;
        };
        match named_scalar(name, block, scope) {
            Ok(position) if positions.contains(&position) => {
                args.invalid(item.span, format!("the field `{name}` is named twice"));
                complete = false;
            }
            Ok(position) => positions.push(position),
            Err(reason) => {
                args.invalid(item.span, format!("{what} {reason}"));
                complete = false;
            }
        }
    }
    complete.then_some(positions)
}

/// The position of a scalar field; or what is wrong with the name, to follow the name of what refers to it.
pub(super) fn named_scalar(name: &str, block: &Block, scope: &Scope<'_>) -> Result<usize, String> {
    let model = &block.name.value;
    let Some(position) = position(block, name) else {
        return Err(format!("refers to the field `{name}`, which `{model}` does not have"));
    };
    let is_known = block.fields().nth(position).is_some_and(|f| is_scalar(f, scope));
    if is_known {
        return Ok(position);
    }
    Err(format!("refers to `{name}` of `{model}`, which is no scalar field"))
}
