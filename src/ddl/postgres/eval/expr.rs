//! Expressions.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AConst, AIndirection, BoolExpr, BoolExprType, BoolTestType, CaseExpr, ColumnRef, MinMaxOp, Node, NullTestType,
    SqlValueFunctionOp, SubLink, SubLinkType, a_const::Val,
};

use super::scope::{Evaluator, Scope};
use super::{Answer, Stop, Value, operator, time};
use crate::ddl::postgres::lower::strings;

/// Bytes of text and elements of arrays, taken together, that a value may have: a program that doubles one in a loop ends here.
const SIZE: usize = 1_000_000;

impl Evaluator<'_> {
    pub(super) fn expr(&mut self, node: &Node, scope: &Scope<'_>) -> Answer {
        self.step()?;
        self.enter()?;
        let answer = match node.node.as_ref() {
            Some(inner) => self.node(inner, scope),
            None => Err(Stop::unknown("a part of it is empty")),
        };
        self.depth -= 1;
        match answer {
            Ok(value) if !value.fits(SIZE) => Err(Stop::unknown("it makes a very large value")),
            other => other,
        }
    }

    fn optional(&mut self, node: Option<&Node>, scope: &Scope<'_>) -> Answer {
        node.map_or(Ok(Value::Null), |n| self.expr(n, scope))
    }

    fn node(&mut self, node: &NodeEnum, scope: &Scope<'_>) -> Answer {
        match node {
            NodeEnum::AConst(constant) => constant_value(constant),
            NodeEnum::ColumnRef(column) => self.column(column, scope),
            NodeEnum::ParamRef(parameter) => {
                let name = format!("${}", parameter.number);
                self.environment.variable(&name).unwrap_or_else(|| Err(Stop::unknown("a parameter has no value")))
            }
            NodeEnum::TypeCast(cast) => self.cast(cast, scope),
            NodeEnum::BoolExpr(expr) => self.boolean(expr, scope),
            NodeEnum::NullTest(test) => {
                let is_null = match self.optional(test.arg.as_deref(), scope)? {
                    Value::Record(fields) => fields.iter().all(|(_, v)| v.is_null()),
                    value => value.is_null(),
                };
                Ok(Value::Bool(is_null == (test.nulltesttype == NullTestType::IsNull as i32)))
            }
            NodeEnum::BooleanTest(test) => {
                let value = self.optional(test.arg.as_deref(), scope)?;
                boolean_test(&value, BoolTestType::try_from(test.booltesttype).unwrap_or_default())
            }
            NodeEnum::CaseExpr(case) => self.case(case, scope),
            NodeEnum::CoalesceExpr(coalesce) => {
                for arg in &coalesce.args {
                    let value = self.expr(arg, scope)?;
                    if !value.is_null() {
                        return Ok(value);
                    }
                }
                Ok(Value::Null)
            }
            NodeEnum::MinMaxExpr(expr) => {
                let values = self.list(&expr.args, scope)?;
                operator::extreme(values, expr.op == MinMaxOp::IsGreatest as i32)
            }
            NodeEnum::AArrayExpr(array) => self.list(&array.elements, scope).map(Value::Array),
            NodeEnum::RowExpr(row) => {
                let values = self.list(&row.args, scope)?;
                Ok(Value::Record(values.into_iter().enumerate().map(|(i, v)| (format!("f{}", i + 1), v)).collect()))
            }
            NodeEnum::AIndirection(indirection) => self.indirection(indirection, scope),
            NodeEnum::CollateClause(collate) => self.optional(collate.arg.as_deref(), scope),
            NodeEnum::AExpr(expr) => self.operator(expr, scope),
            NodeEnum::FuncCall(call) => self.call(call, scope),
            NodeEnum::SubLink(link) => self.sublink(link, scope),
            NodeEnum::SqlvalueFunction(function) => self.value_function(function.op),
            NodeEnum::NamedArgExpr(named) => self.optional(named.arg.as_deref(), scope),
            NodeEnum::List(list) => self.list(&list.items, scope).map(Value::Array),
            _ => Err(Stop::unknown("it uses syntax that is not worked out here")),
        }
    }

    pub(super) fn list(&mut self, nodes: &[Node], scope: &Scope<'_>) -> Answer<Vec<Value>> {
        nodes.iter().map(|n| self.expr(n, scope)).collect()
    }

    /// Columns come before variables, as PL/pgSQL's `use_column` would have it; where both exist the server refuses by default.
    fn column(&mut self, column: &ColumnRef, scope: &Scope<'_>) -> Answer {
        let parts = strings(&column.fields);
        if parts.len() != column.fields.len() {
            return Err(Stop::unknown("it uses a whole row"));
        }
        match parts.as_slice() {
            [name] => {
                if let Some(answer) = scope.column(None, name) {
                    return answer;
                }
                if let Some(answer) = self.environment.variable(name) {
                    return answer;
                }
                if let Some((columns, values)) = scope.row(name) {
                    let fields = columns.iter().cloned().zip(values.iter().cloned());
                    let fields = fields.map(|(n, v)| v.map(|v| (n, v))).collect::<Answer<Vec<_>>>()?;
                    return Ok(Value::Record(fields));
                }
                let table = if scope.has_any_source() { "the tables that it reads have" } else { "there is" };
                Err(Stop::Unknown(format!("{table} no column or variable `{name}` that is known here")))
            }
            [.., qualifier, name] => {
                if let Some(answer) = scope.column(Some(qualifier), name) {
                    return answer;
                }
                // A record's fields may be known one by one.
                if !scope.has_source(qualifier)
                    && let Some(answer) = self.environment.variable(&format!("{qualifier}.{name}"))
                {
                    return answer;
                }
                if !scope.has_source(qualifier)
                    && let Some(record) = self.environment.variable(qualifier)
                {
                    return field(record?, name);
                }
                // A parameter may be qualified with its function's name.
                if !scope.has_source(qualifier)
                    && let Some(answer) = self.environment.variable(name)
                {
                    return answer;
                }
                Err(Stop::Unknown(format!("`{qualifier}.{name}` is not known here")))
            }
            [] => Err(Stop::unknown("a column has no name")),
        }
    }

    /// AND and OR with NULL and with what is unknown: a deciding operand decides.
    fn boolean(&mut self, expr: &BoolExpr, scope: &Scope<'_>) -> Answer {
        let kind = BoolExprType::try_from(expr.boolop).unwrap_or_default();
        if kind == BoolExprType::NotExpr {
            return Ok(match self.truth(expr.args.first(), scope)? {
                Some(b) => Value::Bool(!b),
                None => Value::Null,
            });
        }
        let deciding = kind == BoolExprType::OrExpr;
        let (mut unknown, mut null) = (None, false);
        for arg in &expr.args {
            match self.truth(Some(arg), scope) {
                Ok(Some(b)) if b == deciding => return Ok(Value::Bool(deciding)),
                Ok(Some(_)) => {}
                Ok(None) => null = true,
                Err(Stop::Unknown(why)) => unknown = unknown.or(Some(why)),
                // The server may or may not come to this operand.
                Err(raised) if unknown.is_none() => return Err(raised),
                Err(_) => {}
            }
        }
        match unknown {
            Some(why) => Err(Stop::Unknown(why)),
            None if null => Ok(Value::Null),
            None => Ok(Value::Bool(!deciding)),
        }
    }

    pub(super) fn truth(&mut self, node: Option<&Node>, scope: &Scope<'_>) -> Answer<Option<bool>> {
        match self.optional(node, scope)? {
            Value::Null => Ok(None),
            Value::Bool(b) => Ok(Some(b)),
            Value::Text(text) => super::cast::parse_bool(&text).map(Some),
            // What a variable of type boolean was given: `SELECT count(*) INTO found_one`.
            Value::Int(number @ (0 | 1)) => Ok(Some(number == 1)),
            _ => Err(Stop::raised("42804", "argument must be type boolean")),
        }
    }

    fn case(&mut self, case: &CaseExpr, scope: &Scope<'_>) -> Answer {
        let operand = match case.arg.as_deref() {
            Some(arg) => Some(self.expr(arg, scope)?),
            None => None,
        };
        for when in &case.args {
            let Some(NodeEnum::CaseWhen(when)) = when.node.as_ref() else { continue };
            let holds = match &operand {
                Some(operand) => {
                    let value = self.optional(when.expr.as_deref(), scope)?;
                    operator::equal(operand, &value)? == Some(true)
                }
                None => self.truth(when.expr.as_deref(), scope)? == Some(true),
            };
            if holds {
                return self.optional(when.result.as_deref(), scope);
            }
        }
        self.optional(case.defresult.as_deref(), scope)
    }

    fn indirection(&mut self, indirection: &AIndirection, scope: &Scope<'_>) -> Answer {
        let mut value = self.optional(indirection.arg.as_deref(), scope)?;
        for part in &indirection.indirection {
            value = match part.node.as_ref() {
                Some(NodeEnum::String(name)) => field(value, &name.sval)?,
                Some(NodeEnum::AIndices(indices)) if !indices.is_slice => {
                    let index = self.optional(indices.uidx.as_deref(), scope)?;
                    element(&value, &index)?
                }
                _ => return Err(Stop::unknown("it takes a slice or a whole row")),
            };
        }
        Ok(value)
    }

    fn sublink(&mut self, link: &SubLink, scope: &Scope<'_>) -> Answer {
        let Some(NodeEnum::SelectStmt(select)) = link.subselect.as_deref().and_then(|n| n.node.as_ref()) else {
            return Err(Stop::unknown("it holds something other than a query"));
        };
        let kind = SubLinkType::try_from(link.sub_link_type).unwrap_or_default();
        if matches!(kind, SubLinkType::AnySublink | SubLinkType::AllSublink) {
            let left = self.optional(link.testexpr.as_deref(), scope)?;
            let rows = self.select(select, scope)?;
            let name = strings(&link.oper_name).pop().unwrap_or_else(|| "=".into());
            return quantified(&left, &name, &rows, kind == SubLinkType::AnySublink);
        }
        let rows = self.select(select, scope)?;
        match kind {
            SubLinkType::ExistsSublink => rows.exists().map(Value::Bool),
            SubLinkType::ExprSublink => rows.scalar(),
            SubLinkType::ArraySublink => {
                if let Some(why) = rows.doubt() {
                    return Err(Stop::unknown(why));
                }
                let values = rows.rows.into_iter().map(|r| r.values.into_iter().next().unwrap_or(Ok(Value::Null)));
                values.collect::<Answer<Vec<_>>>().map(Value::Array)
            }
            _ => Err(Stop::unknown("it compares whole rows")),
        }
    }

    fn value_function(&mut self, op: i32) -> Answer {
        match SqlValueFunctionOp::try_from(op) {
            Ok(SqlValueFunctionOp::SvfopCurrentSchema) => {
                Ok(Value::optional(self.environment.search_path().into_iter().next()))
            }
            Ok(
                SqlValueFunctionOp::SvfopCurrentUser
                | SqlValueFunctionOp::SvfopCurrentRole
                | SqlValueFunctionOp::SvfopUser
                | SqlValueFunctionOp::SvfopSessionUser,
            ) => Err(Stop::unknown("it asks for the current user")),
            Ok(SqlValueFunctionOp::SvfopCurrentCatalog) => Err(Stop::unknown("it asks for the database's name")),
            Ok(SqlValueFunctionOp::SvfopCurrentDate) => time::cast(&self.now()?, "date").unwrap_or(Ok(Value::Null)),
            Ok(SqlValueFunctionOp::SvfopCurrentTimestamp) => self.now(),
            _ => Err(Stop::unknown("it asks for the time of day")),
        }
    }
}

fn constant_value(constant: &AConst) -> Answer {
    Ok(match constant.val.as_ref() {
        None => Value::Null,
        Some(Val::Ival(i)) => Value::Int(i64::from(i.ival)),
        Some(Val::Fval(f)) => match f.fval.parse() {
            Ok(i) => Value::Int(i),
            Err(_) => return Err(Stop::unknown("it reckons with fractions")),
        },
        Some(Val::Boolval(b)) => Value::Bool(b.boolval),
        Some(Val::Sval(s)) => Value::Text(s.sval.clone()),
        Some(Val::Bsval(_)) => return Err(Stop::unknown("it uses bit strings")),
    })
}

pub(super) fn field(record: Value, name: &str) -> Answer {
    match record {
        Value::Record(fields) => match fields.iter().find(|(n, _)| n == name) {
            Some((_, value)) => Ok(value.clone()),
            // A row that was written out, which takes the names of the type that it becomes.
            None if fields.iter().enumerate().all(|(i, (n, _))| *n == format!("f{}", i + 1)) => {
                Err(Stop::Unknown(format!("which field of a row is `{name}` is not known")))
            }
            None => Err(Stop::raised("42703", format!("record has no field \"{name}\""))),
        },
        Value::Null => Ok(Value::Null),
        _ => Err(Stop::Unknown(format!("the field `{name}` is not known here"))),
    }
}

fn element(array: &Value, index: &Value) -> Answer {
    match (array, index) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        // The vectors of the system catalogs begin with 0, and are not told from other arrays here.
        (Value::Array(_), Value::Int(0)) => Err(Stop::unknown("it takes element 0 of an array")),
        (Value::Array(items), Value::Int(i)) => {
            let at = usize::try_from(*i - 1).ok();
            Ok(at.and_then(|i| items.get(i)).cloned().unwrap_or(Value::Null))
        }
        _ => Err(Stop::unknown("it takes an element of something that is no known array")),
    }
}

fn boolean_test(value: &Value, test: BoolTestType) -> Answer {
    let truth = match value {
        Value::Null => None,
        Value::Bool(b) => Some(*b),
        _ => return Err(Stop::unknown("it tests something that is no boolean")),
    };
    Ok(Value::Bool(match test {
        BoolTestType::IsTrue => truth == Some(true),
        BoolTestType::IsNotTrue => truth != Some(true),
        BoolTestType::IsFalse => truth == Some(false),
        BoolTestType::IsNotFalse => truth != Some(false),
        BoolTestType::IsUnknown => truth.is_none(),
        _ => truth.is_some(),
    }))
}

/// `left op ANY (rows)` and `ALL`.
pub(super) fn quantified(left: &Value, name: &str, rows: &super::Rows, any: bool) -> Answer {
    let (mut null, mut unknown) = (false, rows.more.clone());
    for row in &rows.rows {
        let value = match row.values.first() {
            Some(Ok(value)) => value,
            Some(Err(stop)) => {
                unknown = unknown.or_else(|| Some(reason(stop)));
                continue;
            }
            None => continue,
        };
        let holds = match operator::binary(name, left, value)? {
            Value::Null => None,
            Value::Bool(b) => Some(b),
            _ => return Err(Stop::unknown("an operator gives no boolean")),
        };
        match (holds, &row.doubt) {
            (Some(b), None) if b == any => return Ok(Value::Bool(any)),
            (Some(b), Some(why)) if b == any => unknown = unknown.or_else(|| Some(why.clone())),
            (None, _) => null = true,
            _ => {}
        }
    }
    match unknown {
        Some(why) => Err(Stop::Unknown(why)),
        None if null => Ok(Value::Null),
        None => Ok(Value::Bool(!any)),
    }
}

fn reason(stop: &Stop) -> String {
    match stop {
        Stop::Unknown(why) => why.clone(),
        Stop::Raised { message, .. } => message.clone(),
    }
}
