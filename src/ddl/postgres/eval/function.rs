//! Functions that are built in and whose value follows from their arguments and the catalog.

use pg_query::protobuf::FuncCall;

use super::scope::{Evaluator, Scope};
use super::{Answer, Lookup, ObjectClass, Stop, Time, Value, format, operator, pattern, time};
use crate::ddl::postgres::lower::strings;
use crate::ddl::postgres::print::quote_if_needed;

impl Evaluator<'_> {
    pub(super) fn call(&mut self, call: &FuncCall, scope: &Scope<'_>) -> Answer {
        let mut parts = strings(&call.funcname);
        let name = parts.pop().unwrap_or_default();
        let schema = parts.pop();
        if self.is_aggregate(call) {
            return self.aggregate(&name, call, scope);
        }
        if call.over.is_some() {
            return Err(Stop::unknown("window functions are not worked out here"));
        }
        let mut arguments = self.list(&call.args, scope)?;
        if call.func_variadic
            && let Some(Value::Array(items)) = arguments.last().cloned()
        {
            arguments.pop();
            arguments.extend(items);
        }
        self.apply(schema.as_deref(), &name, &arguments)
    }

    /// A call with its arguments worked out.
    pub(super) fn apply(&mut self, schema: Option<&str>, name: &str, arguments: &[Value]) -> Answer {
        let built_in = schema.is_none_or(|s| s == "pg_catalog");
        if built_in && let Some(answer) = self.built_in(name, arguments) {
            return answer;
        }
        match self.environment.call(schema, name, arguments) {
            Some(answer) => answer,
            None => Err(Stop::Unknown(format!("the function `{name}` is not worked out here"))),
        }
    }

    fn built_in(&mut self, name: &str, arguments: &[Value]) -> Option<Answer> {
        not_strict(name, arguments).or_else(|| self.of_environment(name, arguments)).or_else(|| {
            if arguments.iter().any(Value::is_null) && is_pure(name) {
                return Some(Ok(Value::Null));
            }
            pure(name, arguments)
        })
    }

    fn of_environment(&mut self, name: &str, arguments: &[Value]) -> Option<Answer> {
        let first_text = || arguments.first().and_then(Value::to_text);
        let class = match name {
            "to_regclass" => Some(ObjectClass::Relation),
            "to_regtype" => Some(ObjectClass::Type),
            "to_regproc" | "to_regprocedure" => Some(ObjectClass::Function),
            "to_regnamespace" => Some(ObjectClass::Namespace),
            "to_regrole" => Some(ObjectClass::Role),
            _ => None,
        };
        if let Some(class) = class {
            let Some(text) = first_text() else { return Some(Ok(Value::Null)) };
            return Some(match self.find_object(&text, class) {
                Ok(Lookup::Found(object)) => Ok(Value::Object(object)),
                Ok(Lookup::Absent) => Ok(Value::Null),
                Ok(Lookup::Unknown(why)) => Err(Stop::Unknown(why)),
                Err(stop) => Err(stop),
            });
        }
        Some(match name {
            "current_schema" => Ok(Value::optional(self.environment.search_path().into_iter().next())),
            "current_schemas" => match arguments {
                [Value::Bool(implicit)] => {
                    let own = self.environment.search_path();
                    let system = implicit.then(|| "pg_catalog".to_owned());
                    Ok(Value::Array(system.into_iter().chain(own).map(Value::Text).collect()))
                }
                _ => Err(Stop::unknown("current_schemas() has no known argument")),
            },
            "pg_get_serial_sequence" => {
                let [Value::Text(relation), Value::Text(column)] = arguments else {
                    return arguments.iter().any(Value::is_null).then_some(Ok(Value::Null));
                };
                match self.find_object(relation, ObjectClass::Relation) {
                    Ok(Lookup::Found(object)) => self.environment.serial_sequence(&object, column).map(|found| {
                        let quoted = |(schema, name): (String, String)| {
                            format!("{}.{}", quote_if_needed(&schema), quote_if_needed(&name))
                        };
                        Value::optional(found.map(quoted))
                    }),
                    Ok(Lookup::Absent) => Err(Stop::raised("42P01", format!("relation \"{relation}\" does not exist"))),
                    Ok(Lookup::Unknown(why)) => Err(Stop::Unknown(why)),
                    Err(stop) => Err(stop),
                }
            }
            "current_setting" => self.setting(first_text()?, arguments.get(1) == Some(&Value::Bool(true))),
            "pg_table_is_visible" | "pg_type_is_visible" | "pg_function_is_visible" => match arguments.first() {
                Some(Value::Object(object)) => Ok(Value::Bool(object.visible || object.schema == "pg_catalog")),
                Some(Value::Null) => Ok(Value::Null),
                _ => Err(Stop::unknown("an oid is not known")),
            },
            "now" | "clock_timestamp" | "statement_timestamp" | "transaction_timestamp" => self.now(),
            "timeofday" => Err(Stop::unknown("it asks for the time")),
            // The release that `server_version_num` tells; a fork would say so here.
            "version" => Ok(Value::text("PostgreSQL 15.0 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit")),
            _ if name.starts_with("pg_get_") => match arguments.first() {
                Some(Value::Object(object)) => return self.environment.describe(name, object),
                Some(Value::Null) => Ok(Value::Null),
                _ => return None,
            },
            "random" | "gen_random_uuid" => Err(Stop::unknown("it asks for a random value")),
            _ => return None,
        })
    }

    /// `now()`.
    pub(super) fn now(&mut self) -> Answer {
        match self.environment.now() {
            Some(at) => Ok(Value::Time(Time::Stamp { at, zone: true })),
            None => Err(Stop::unknown("it asks for the time")),
        }
    }

    fn setting(&mut self, name: String, missing_ok: bool) -> Answer {
        match self.environment.setting(&name) {
            Some(value) => Ok(Value::Text(value)),
            // A setting of an extension or application that nobody set.
            None if missing_ok && name.contains('.') => Ok(Value::Null),
            None if name.contains('.') => {
                Err(Stop::raised("42704", format!("unrecognized configuration parameter \"{name}\"")))
            }
            None => Err(Stop::Unknown(format!("the server's setting `{name}` is not known"))),
        }
    }
}

/// Functions that take NULL.
fn not_strict(name: &str, arguments: &[Value]) -> Option<Answer> {
    let texts = || arguments.iter().filter_map(Value::to_text);
    Some(match (name, arguments) {
        ("concat", _) => Ok(Value::Text(texts().collect())),
        ("concat_ws", [separator, rest @ ..]) => match separator.to_text() {
            Some(separator) => {
                Ok(Value::Text(rest.iter().filter_map(Value::to_text).collect::<Vec<_>>().join(&separator)))
            }
            None => Ok(Value::Null),
        },
        ("format", [template, rest @ ..]) => match template.to_text() {
            Some(template) => format::format(&template, rest),
            None => Ok(Value::Null),
        },
        ("quote_nullable", [value]) => {
            Ok(Value::Text(value.to_text().map_or_else(|| "NULL".to_owned(), |t| format::literal(&t))))
        }
        ("array_append", [Value::Array(items), value]) => {
            Ok(Value::Array(items.iter().cloned().chain([value.clone()]).collect()))
        }
        ("array_append", [Value::Null, value]) => Ok(Value::Array(vec![value.clone()])),
        ("array_prepend", [value, Value::Array(items)]) => {
            Ok(Value::Array([value.clone()].into_iter().chain(items.iter().cloned()).collect()))
        }
        ("array_cat", [a, b]) => operator::binary("||", a, b),
        ("num_nulls", values) => Ok(Value::Int(values.iter().filter(|v| v.is_null()).count() as i64)),
        ("num_nonnulls", values) => Ok(Value::Int(values.iter().filter(|v| !v.is_null()).count() as i64)),
        ("array_to_string", [Value::Array(items), delimiter, rest @ ..]) => {
            let Some(delimiter) = delimiter.to_text() else { return Some(Ok(Value::Null)) };
            let null = rest.first().and_then(Value::to_text);
            let texts: Vec<String> = items.iter().filter_map(|v| v.to_text().or_else(|| null.clone())).collect();
            Ok(Value::Text(texts.join(&delimiter)))
        }
        ("oidvectortypes", [Value::Array(types)]) => {
            let names: Vec<String> = types.iter().filter_map(Value::to_text).collect();
            Ok(Value::Text(names.join(", ")))
        }
        ("string_to_array", [Value::Text(text), Value::Text(delimiter)]) if !delimiter.is_empty() => {
            let parts = text.split(delimiter.as_str()).map(Value::text);
            Ok(Value::Array(if text.is_empty() { Vec::new() } else { parts.collect() }))
        }
        _ => return None,
    })
}

fn is_pure(name: &str) -> bool {
    matches!(
        name,
        "quote_ident" | "quote_literal" | "lower" | "upper" | "length" | "char_length" | "replace" | "substring"
    ) || matches!(name, "substr" | "left" | "right" | "btrim" | "ltrim" | "rtrim" | "trim" | "split_part" | "position")
        || matches!(name, "strpos" | "array_length" | "cardinality" | "array_upper" | "array_lower" | "repeat" | "abs")
        || matches!(name, "reverse" | "starts_with" | "initcap" | "lpad" | "rpad" | "mod" | "array_position" | "chr")
        || matches!(name, "regexp_replace" | "regexp_match" | "regexp_like" | "regexp_count" | "regexp_split_to_array")
        || matches!(name, "to_char" | "to_date" | "date_trunc" | "date_part" | "extract" | "make_date" | "date")
        || matches!(name, "array_remove" | "string_to_array" | "array_to_string" | "text" | "parse_ident")
}

/// Strict functions of values that are all there.
fn pure(name: &str, arguments: &[Value]) -> Option<Answer> {
    let text = |i: usize| arguments.get(i).and_then(Value::to_text);
    let int = |i: usize| match arguments.get(i) {
        Some(Value::Int(n)) => Some(*n),
        _ => None,
    };
    let known = |value: String| Some(Ok(Value::Text(value)));
    match (name, arguments) {
        ("quote_ident", [_]) => known(quote_if_needed(&text(0)?)),
        ("quote_literal", [_]) => known(format::literal(&text(0)?)),
        ("lower" | "upper" | "initcap", [_]) if !text(0)?.is_ascii() => {
            Some(Err(Stop::unknown("letter case depends on the database's collation")))
        }
        ("lower", [_]) => known(text(0)?.to_ascii_lowercase()),
        ("upper", [_]) => known(text(0)?.to_ascii_uppercase()),
        ("length" | "char_length" | "character_length", [_]) => Some(Ok(Value::Int(text(0)?.chars().count() as i64))),
        ("replace", [_, _, _]) if text(1)?.is_empty() => known(text(0)?),
        ("replace", [_, _, _]) => known(text(0)?.replace(&text(1)?, &text(2)?)),
        ("substring" | "substr", [_, Value::Int(from)]) => known(slice(&text(0)?, *from, None)),
        ("substring" | "substr", [_, Value::Int(from), Value::Int(length)]) => {
            if *length < 0 {
                return Some(Err(Stop::raised("22011", "negative substring length not allowed")));
            }
            known(slice(&text(0)?, *from, Some(*length)))
        }
        ("left", [_, Value::Int(n)]) => known(left(&text(0)?, *n)),
        ("right", [_, Value::Int(n)]) => {
            let reversed: String = text(0)?.chars().rev().collect();
            known(left(&reversed, *n).chars().rev().collect())
        }
        ("btrim" | "trim" | "ltrim" | "rtrim", [_, ..]) => {
            let characters: Vec<char> = text(1).unwrap_or_else(|| " ".into()).chars().collect();
            let all = text(0)?;
            known(match name {
                "ltrim" => all.trim_start_matches(&characters[..]).to_owned(),
                "rtrim" => all.trim_end_matches(&characters[..]).to_owned(),
                _ => all.trim_matches(&characters[..]).to_owned(),
            })
        }
        ("split_part", [_, _, Value::Int(n)]) if *n > 0 && !text(1)?.is_empty() => {
            let at = usize::try_from(*n - 1).ok()?;
            known(text(0)?.split(text(1)?.as_str()).nth(at).unwrap_or_default().to_owned())
        }
        ("position" | "strpos", [_, _]) => {
            let all = text(0)?;
            let found = all.find(&text(1)?).map_or(0, |at| all[..at].chars().count() as i64 + 1);
            Some(Ok(Value::Int(found)))
        }
        ("starts_with", [_, _]) => Some(Ok(Value::Bool(text(0)?.starts_with(&text(1)?)))),
        ("reverse", [_]) => known(text(0)?.chars().rev().collect()),
        ("repeat", [_, Value::Int(n)]) => {
            let count = usize::try_from(*n).unwrap_or(0);
            (count.saturating_mul(text(0)?.len()) < 1_000_000)
                .then(|| Ok(Value::Text(text(0).unwrap_or_default().repeat(count))))
        }
        ("abs", [Value::Int(n)]) => Some(Ok(Value::Int(n.saturating_abs()))),
        ("mod", [a, b]) => Some(operator::binary("%", a, b)),
        ("chr", [Value::Int(n)]) => {
            let c = u32::try_from(*n).ok().and_then(char::from_u32).filter(|c| *c != '\0')?;
            known(c.to_string())
        }
        ("lpad", [_, Value::Int(n), ..]) => {
            let (all, fill) = (text(0)?, text(2).unwrap_or_else(|| " ".into()));
            let width = usize::try_from(*n).unwrap_or(0);
            if width > 100_000 {
                return None;
            }
            let missing = width.saturating_sub(all.chars().count());
            let padding: String =
                if fill.is_empty() { String::new() } else { fill.chars().cycle().take(missing).collect() };
            known((padding + &all).chars().take(width).collect())
        }
        // What stands in a catalog as an expression is kept as the text that this gives.
        ("pg_get_expr", [Value::Text(expression), Value::Object(_), ..]) => known(expression.clone()),
        ("text", [_]) => known(text(0)?),
        ("format_type", [Value::Object(object), Value::Null]) => known(object.to_string()),
        ("format_type", [Value::Object(object), Value::Int(modifier)]) => {
            Some(Ok(Value::Text(format::type_with(&object.to_string(), *modifier)?)))
        }
        _ => array_function(name, arguments, int(1))
            .or_else(|| time::function(name, arguments))
            .or_else(|| pattern::function(name, arguments)),
    }
}

fn array_function(name: &str, arguments: &[Value], second: Option<i64>) -> Option<Answer> {
    let Some(Value::Array(items)) = arguments.first() else { return None };
    Some(match (name, arguments.len()) {
        ("array_length" | "array_upper", 2) => {
            Ok(if second == Some(1) && !items.is_empty() { Value::Int(items.len() as i64) } else { Value::Null })
        }
        ("array_lower", 2) => Ok(if second == Some(1) && !items.is_empty() { Value::Int(1) } else { Value::Null }),
        ("cardinality", 1) => Ok(Value::Int(items.len() as i64)),
        ("array_position", 2) => {
            for (i, item) in items.iter().enumerate() {
                match operator::equal(item, &arguments[1]) {
                    Ok(Some(true)) => return Some(Ok(Value::Int(i as i64 + 1))),
                    Ok(_) => {}
                    Err(stop) => return Some(Err(stop)),
                }
            }
            Ok(Value::Null)
        }
        ("array_remove", 2) => Ok(Value::Array(items.iter().filter(|i| **i != arguments[1]).cloned().collect())),
        _ => return None,
    })
}

/// `substring` counts from 1 and cuts what lies before the text.
fn slice(text: &str, from: i64, length: Option<i64>) -> String {
    let end = length.map(|l| from.saturating_add(l));
    let skip = usize::try_from(from.saturating_sub(1)).unwrap_or(0);
    let rest = text.chars().skip(skip);
    match end {
        Some(end) => {
            let take = usize::try_from(end.saturating_sub(from.max(1))).unwrap_or(0);
            rest.take(take).collect()
        }
        None => rest.collect(),
    }
}

/// A negative count leaves that many out at the other end.
fn left(text: &str, count: i64) -> String {
    let length = text.chars().count() as i64;
    let take = if count < 0 { length + count } else { count };
    text.chars().take(usize::try_from(take).unwrap_or(0)).collect()
}
