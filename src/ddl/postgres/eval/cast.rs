//! Casts.

use pg_query::protobuf::TypeCast;

use super::scope::{Evaluator, Scope};
use super::{Answer, Lookup, Object, ObjectClass, Stop, Value, operator, time};
use crate::ddl::postgres::lexer::{Kind, Tokens, identifier, truncate};
use crate::ddl::postgres::types::{lower_type, parse_type};
use crate::model::TypeName;

impl Evaluator<'_> {
    pub(super) fn cast(&mut self, cast: &TypeCast, scope: &Scope<'_>) -> Answer {
        let (Some(arg), Some(raw)) = (cast.arg.as_deref(), cast.type_name.as_ref()) else {
            return Err(Stop::unknown("a cast lacks its type"));
        };
        let value = self.expr(arg, scope)?;
        self.cast_value(value, &lower_type(raw).ty)
    }

    /// A value as a type, by the type's canonical name.
    pub(super) fn cast_value(&mut self, value: Value, ty: &TypeName) -> Answer {
        if value.is_null() {
            return Ok(Value::Null);
        }
        if ty.array {
            let items = match value {
                Value::Array(items) => items,
                Value::Text(text) => parse_array(&text)?,
                _ => return Err(Stop::raised("42846", "cannot cast this to an array")),
            };
            let element = ty.element();
            return items
                .into_iter()
                // Every dimension but the last holds arrays.
                .map(|v| {
                    let inner = if matches!(v, Value::Array(_)) { ty } else { &element };
                    self.cast_value(v, inner)
                })
                .collect::<Answer<Vec<_>>>()
                .map(Value::Array);
        }
        if let Some(days) = time::relative_day(&value, &ty.name) {
            let now = self.now()?;
            let today = time::cast(&now, "date").unwrap_or(Ok(Value::Null))?;
            let at = days.map_or(Ok(now), |days| operator::binary("+", &today, &Value::Int(days)))?;
            return time::cast(&at, &ty.name).unwrap_or(Ok(Value::Null));
        }
        if let Some(answer) = time::cast(&value, &ty.name) {
            return answer;
        }
        match ty.name.as_str() {
            "text" | "character varying" => Ok(limited(value, ty)),
            "name" => Ok(value.to_text().map_or(Value::Null, |t| Value::text(truncate(&t)))),
            "\"char\"" => Ok(value.to_text().map_or(Value::Null, |t| Value::Text(t.chars().take(1).collect()))),
            "boolean" => match value {
                Value::Bool(_) => Ok(value),
                Value::Int(i) => Ok(Value::Bool(i != 0)),
                Value::Text(text) => parse_bool(&text).map(Value::Bool),
                _ => Err(Stop::raised("42846", "cannot cast this to boolean")),
            },
            "smallint" | "integer" | "bigint" | "numeric" => to_integer(value, &ty.name),
            "oid" => match value {
                Value::Object(_) => Ok(value),
                _ => Err(Stop::unknown("an oid is not known")),
            },
            "regclass" => self.as_object(value, ObjectClass::Relation),
            "regtype" => self.as_object(value, ObjectClass::Type),
            "regproc" | "regprocedure" => self.as_object(value, ObjectClass::Function),
            "regnamespace" => self.as_object(value, ObjectClass::Namespace),
            "regrole" => self.as_object(value, ObjectClass::Role),
            _ if ty.schema.is_some() => match value {
                // A user's type: its text is the same where it is an enum.
                Value::Text(_) => Ok(value),
                _ => Err(Stop::Unknown(format!("the cast to `{ty}` is not worked out here"))),
            },
            _ => Err(Stop::Unknown(format!("the cast to `{ty}` is not worked out here"))),
        }
    }

    fn as_object(&mut self, value: Value, class: ObjectClass) -> Answer {
        let text = match value {
            Value::Object(object) if object.class == class => return Ok(Value::Object(object)),
            Value::Text(text) => text,
            _ => return Err(Stop::unknown("it casts a number to an object")),
        };
        match self.find_object(&text, class)? {
            Lookup::Found(object) => Ok(Value::Object(object)),
            Lookup::Unknown(why) => Err(Stop::Unknown(why)),
            Lookup::Absent => Err(absent(class, &text)),
        }
    }

    /// Looks a name up that stands in a text, as the `reg…` types read it.
    pub(super) fn find_object(&mut self, text: &str, class: ObjectClass) -> Answer<Lookup> {
        if class == ObjectClass::Type {
            let Some(lowered) = parse_type(text) else { return Ok(Lookup::Absent) };
            return Ok(self.find_type(&lowered.ty));
        }
        let name = text.split('(').next().unwrap_or_default();
        let mut parts: Vec<String> = Vec::new();
        for token in Tokens::new(name) {
            match token.kind {
                Kind::Word | Kind::QuotedIdentifier => {
                    parts.extend(identifier(name, token).map(|p| truncate(&p).to_owned()));
                }
                Kind::Symbol if &name[token.start..token.end] == "." => {}
                _ => return Err(Stop::raised("42602", "invalid name syntax")),
            }
        }
        let Some(last) = parts.pop() else { return Err(Stop::raised("42602", "invalid name syntax")) };
        Ok(self.environment.lookup(class, parts.last().map(String::as_str), &last))
    }

    fn find_type(&mut self, ty: &TypeName) -> Lookup {
        let found = self.environment.lookup(ObjectClass::Type, ty.schema.as_deref(), &ty.name);
        match found {
            Lookup::Found(object) if ty.array => Lookup::Found(Object { name: format!("{}[]", object.name), ..object }),
            other => other,
        }
    }
}

fn absent(class: ObjectClass, text: &str) -> Stop {
    let (code, what) = match class {
        ObjectClass::Relation => ("42P01", "relation"),
        ObjectClass::Type => ("42704", "type"),
        ObjectClass::Function => ("42883", "function"),
        ObjectClass::Namespace => ("3F000", "schema"),
        ObjectClass::Role => ("42704", "role"),
        _ => ("42704", "object"),
    };
    Stop::raised(code, format!("{what} \"{text}\" does not exist"))
}

fn limited(value: Value, ty: &TypeName) -> Value {
    let Some(text) = value.to_text() else { return Value::Null };
    match ty.modifiers.first().and_then(|m| m.parse().ok()) {
        Some(length) => Value::Text(text.chars().take(length).collect()),
        None => Value::Text(text),
    }
}

fn to_integer(value: Value, name: &str) -> Answer {
    match value {
        Value::Int(_) => Ok(value),
        Value::Bool(b) => Ok(Value::Int(i64::from(b))),
        Value::Text(text) => match text.trim().parse() {
            Ok(i) => Ok(Value::Int(i)),
            Err(_) if name == "numeric" => Err(Stop::unknown("it reckons with fractions")),
            Err(_) => Err(Stop::raised("22P02", format!("invalid input syntax for type {name}: \"{text}\""))),
        },
        _ => Err(Stop::unknown("an oid has no number here")),
    }
}

/// boolin: unique prefixes of the words count.
pub(super) fn parse_bool(text: &str) -> Answer<bool> {
    let word = text.trim().to_ascii_lowercase();
    let prefix = |full: &str, least: usize| word.len() >= least && full.starts_with(&word);
    if word == "1" || prefix("true", 1) || prefix("yes", 1) || word == "on" {
        return Ok(true);
    }
    if word == "0" || prefix("false", 1) || prefix("no", 1) || prefix("off", 2) {
        return Ok(false);
    }
    Err(Stop::raised("22P02", format!("invalid input syntax for type boolean: \"{text}\"")))
}

/// `{a,"b c",NULL}` of one dimension.
pub(super) fn parse_array(text: &str) -> Answer<Vec<Value>> {
    if text.trim_start().starts_with('[') {
        return Err(Stop::unknown("it has an array with bounds of its own"));
    }
    let malformed = || Stop::raised("22P02", format!("malformed array literal: \"{text}\""));
    let inner = text.trim().strip_prefix('{').and_then(|t| t.strip_suffix('}')).ok_or_else(malformed)?;
    let mut items = Vec::new();
    if inner.trim().is_empty() {
        return Ok(items);
    }
    let mut characters = inner.chars();
    loop {
        let (mut item, mut quoted, mut in_quotes, mut ended) = (String::new(), false, false, true);
        while let Some(c) = characters.next() {
            match c {
                '\\' => item.extend(characters.next()),
                '"' => {
                    in_quotes = !in_quotes;
                    quoted = true;
                }
                ',' if !in_quotes => {
                    ended = false;
                    break;
                }
                '{' | '}' if !in_quotes => return Err(Stop::unknown("it holds an array of several dimensions")),
                other => item.push(other),
            }
        }
        if in_quotes {
            return Err(malformed());
        }
        let item = if quoted { item } else { item.trim().to_owned() };
        let null = !quoted && item.eq_ignore_ascii_case("null");
        items.push(if null { Value::Null } else { Value::Text(item) });
        if ended {
            return Ok(items);
        }
    }
}
