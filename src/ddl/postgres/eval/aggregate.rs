//! Aggregates over the rows of a group.

use pg_query::NodeEnum;
use pg_query::protobuf::{FuncCall, Node};

use super::scope::{Evaluator, Scope};
use super::{Answer, Stop, Value, operator};
use crate::ddl::postgres::lower::strings;
use crate::ddl::postgres::walk::walk;

/// The aggregates that are built in, those that are worked out here among them
/// (<https://www.postgresql.org/docs/current/functions-aggregate.html>).
fn is_built_in(name: &str) -> bool {
    matches!(name, "count" | "array_agg" | "string_agg" | "bool_or" | "bool_and" | "every" | "max" | "min" | "sum")
        || matches!(name, "json_agg" | "jsonb_agg" | "json_object_agg" | "jsonb_object_agg" | "avg" | "any_value")
        || matches!(name, "bit_and" | "bit_or" | "bit_xor" | "xmlagg" | "range_agg" | "range_intersect_agg" | "corr")
        || matches!(name, "stddev" | "stddev_pop" | "stddev_samp" | "variance" | "var_pop" | "var_samp")
        || matches!(name, "covar_pop" | "covar_samp" | "mode" | "percentile_cont" | "percentile_disc")
        || name.starts_with("regr_")
}

impl Evaluator<'_> {
    /// Whether a call is one of an aggregate, built in or not.
    pub(super) fn is_aggregate(&self, call: &FuncCall) -> bool {
        let parts = strings(&call.funcname);
        let Some((name, schema)) = parts.split_last() else { return false };
        let schema = schema.last().map(String::as_str);
        schema.is_none_or(|s| s == "pg_catalog") && is_built_in(name)
            || self.environment.is_aggregate(schema, name, call.args.len())
    }

    pub(super) fn has_aggregate(&self, node: &Node) -> bool {
        let Some(inner) = node.node.as_ref() else { return false };
        let mut found = false;
        walk(inner, &mut |n| {
            if let NodeEnum::FuncCall(call) = n {
                found |= call.over.is_none() && self.is_aggregate(call);
            }
            !found && !matches!(n, NodeEnum::SelectStmt(_))
        });
        found
    }

    pub(super) fn aggregate(&mut self, name: &str, call: &FuncCall, scope: &Scope<'_>) -> Answer {
        let Some(group) = scope.group else { return Err(Stop::unknown("an aggregate stands outside of a query")) };
        if call.over.is_some() || call.agg_within_group {
            return Err(Stop::unknown("window functions are not worked out here"));
        }
        let mut rows: Vec<(Vec<Value>, Vec<Value>)> = Vec::new();
        for tuple in group {
            let inner = Scope { tuple, group: None, ..*scope };
            if let Some(filter) = call.agg_filter.as_deref()
                && self.truth(Some(filter), &inner)? != Some(true)
            {
                continue;
            }
            let values = self.list(&call.args, &inner)?;
            let mut keys = Vec::new();
            for order in &call.agg_order {
                if let Some(NodeEnum::SortBy(sort)) = order.node.as_ref()
                    && let Some(node) = sort.node.as_deref()
                {
                    keys.push(self.expr(node, &inner)?);
                }
            }
            rows.push((keys, values));
        }
        rows.sort_by(|(a, _), (b, _)| {
            let pairs =
                a.iter().zip(b).map(|(x, y)| operator::compare(x, y).unwrap_or_else(|_| x.to_text().cmp(&y.to_text())));
            pairs.into_iter().find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        });
        let mut values: Vec<Vec<Value>> = rows.into_iter().map(|(_, v)| v).collect();
        if call.agg_distinct {
            let mut kept: Vec<Vec<Value>> = Vec::new();
            values.retain(|v| {
                let new = !kept.contains(v);
                if new {
                    kept.push(v.clone());
                }
                new
            });
        }
        fold(name, call.agg_star, values)
    }
}

fn fold(name: &str, star: bool, rows: Vec<Vec<Value>>) -> Answer {
    let first = |row: Vec<Value>| row.into_iter().next().unwrap_or(Value::Null);
    if name == "string_agg" {
        let delimiter = rows.first().and_then(|r| r.get(1)).and_then(Value::to_text).unwrap_or_default();
        let texts: Vec<String> = rows.into_iter().filter_map(|r| first(r).to_text()).collect();
        return Ok(if texts.is_empty() { Value::Null } else { Value::Text(texts.join(&delimiter)) });
    }
    let count = rows.len();
    let values: Vec<Value> = rows.into_iter().map(first).collect();
    let not_null = || values.iter().filter(|v| !v.is_null()).cloned().collect::<Vec<_>>();
    match name {
        "count" if star => Ok(Value::Int(count as i64)),
        "count" => Ok(Value::Int(not_null().len() as i64)),
        "array_agg" => Ok(if values.is_empty() { Value::Null } else { Value::Array(values) }),
        "max" | "min" => operator::extreme(values, name == "max"),
        "sum" => {
            let mut sum = Value::Null;
            for value in not_null() {
                sum = if sum.is_null() { value } else { operator::binary("+", &sum, &value)? };
            }
            Ok(sum)
        }
        "bool_or" | "bool_and" | "every" => {
            let all = not_null();
            let deciding = Value::Bool(name == "bool_or");
            Ok(match all.first() {
                None => Value::Null,
                Some(_) if all.contains(&deciding) => deciding,
                Some(_) => Value::Bool(name != "bool_or"),
            })
        }
        _ => Err(Stop::Unknown(format!("the aggregate `{name}` is not worked out here"))),
    }
}
