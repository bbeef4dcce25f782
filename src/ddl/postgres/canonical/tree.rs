//! Parse trees to [`Canon`]: names folded together, syntax that means the same read alike.

use std::fmt;

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AExpr, AExprKind, BoolExpr, BoolExprType, BoolTestType, CaseExpr, FuncCall, MinMaxOp, Node, NullTestType,
    SqlValueFunction, SqlValueFunctionOp, TypeCast, a_const::Val,
};

use crate::ddl::postgres::lower::strings;
use crate::ddl::postgres::print::Printer;
use crate::ddl::postgres::types::lower_type;
use crate::model::TypeName;

/// An expression, without what cannot matter.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Canon {
    Column(String),
    /// A constant as written, quotes resolved, with the type that a cast gave it.
    Text(String, Option<TypeName>),
    Number(String, Option<TypeName>),
    Bool(bool),
    Null,
    Cast(Box<Canon>, TypeName),
    Call(String, Vec<Canon>),
    /// Operators and tests, unary or binary: `=`, `~~`, `IS NULL`.
    Op(String, Vec<Canon>),
    /// `left op ANY (right)` or ALL.
    Quantified {
        op: String,
        all: bool,
        left: Box<Canon>,
        right: Box<Canon>,
    },
    And(Vec<Canon>),
    Or(Vec<Canon>),
    Not(Box<Canon>),
    Array(Vec<Canon>),
    /// What is not looked into, printed.
    Other(String),
}

/// Reads one expression.
pub(super) fn read(node: &Node) -> Canon {
    let Some(inner) = node.node.as_ref() else { return Canon::Other(String::new()) };
    match inner {
        NodeEnum::ColumnRef(column) => match column.fields.last().and_then(|f| f.node.as_ref()) {
            Some(NodeEnum::String(name)) => Canon::Column(name.sval.clone()),
            _ => other(node),
        },
        NodeEnum::AConst(constant) => match &constant.val {
            _ if constant.isnull => Canon::Null,
            Some(Val::Ival(value)) => Canon::Number(value.ival.to_string(), None),
            Some(Val::Fval(value)) => Canon::Number(value.fval.clone(), None),
            Some(Val::Boolval(value)) => Canon::Bool(value.boolval),
            Some(Val::Sval(value)) => Canon::Text(value.sval.clone(), None),
            Some(Val::Bsval(_)) | None => other(node),
        },
        NodeEnum::TypeCast(cast) => read_cast(cast, node),
        NodeEnum::AExpr(expr) => read_operator(expr, node),
        NodeEnum::BoolExpr(expr) => read_bool(expr),
        NodeEnum::FuncCall(call) => read_call(call, node),
        NodeEnum::SqlvalueFunction(value) => read_value_function(value, node),
        NodeEnum::CoalesceExpr(coalesce) => Canon::Call("coalesce".into(), read_all(&coalesce.args)),
        NodeEnum::MinMaxExpr(expr) => {
            let name = if expr.op() == MinMaxOp::IsGreatest { "greatest" } else { "least" };
            Canon::Call(name.into(), read_all(&expr.args))
        }
        NodeEnum::CaseExpr(case) => read_case(case),
        NodeEnum::NullTest(test) => {
            let word = if test.nulltesttype() == NullTestType::IsNull { "IS NULL" } else { "IS NOT NULL" };
            Canon::Op(word.into(), test.arg.as_deref().map(read).into_iter().collect())
        }
        NodeEnum::BooleanTest(test) => {
            let word = match test.booltesttype() {
                BoolTestType::IsTrue => "IS TRUE",
                BoolTestType::IsNotTrue => "IS NOT TRUE",
                BoolTestType::IsFalse => "IS FALSE",
                BoolTestType::IsNotFalse => "IS NOT FALSE",
                BoolTestType::IsUnknown => "IS UNKNOWN",
                BoolTestType::IsNotUnknown => "IS NOT UNKNOWN",
                BoolTestType::Undefined => return other(node),
            };
            Canon::Op(word.into(), test.arg.as_deref().map(read).into_iter().collect())
        }
        NodeEnum::AArrayExpr(array) => Canon::Array(read_all(&array.elements)),
        NodeEnum::RowExpr(row) => Canon::Call("row".into(), read_all(&row.args)),
        NodeEnum::CollateClause(collate) => match &collate.arg {
            Some(arg) => {
                let name = strings(&collate.collname).pop().unwrap_or_default();
                Canon::Op(format!("COLLATE {name}"), vec![read(arg)])
            }
            None => other(node),
        },
        NodeEnum::List(list) => Canon::Array(read_all(&list.items)),
        _ => other(node),
    }
}

fn read_all(nodes: &[Node]) -> Vec<Canon> {
    nodes.iter().map(read).collect()
}

fn other(node: &Node) -> Canon {
    let mut printer = Printer::new();
    printer.expr(node);
    Canon::Other(printer.into_sql())
}

fn read_cast(cast: &TypeCast, node: &Node) -> Canon {
    let (Some(arg), Some(ty)) = (cast.arg.as_deref(), cast.type_name.as_ref()) else { return other(node) };
    let ty = without_default_schema(lower_type(ty).ty);
    match read(arg) {
        Canon::Text(text, None) => Canon::Text(text, Some(ty)),
        Canon::Number(number, None) => Canon::Number(number, Some(ty)),
        Canon::Null => Canon::Null,
        arg => Canon::Cast(Box::new(arg), ty),
    }
}

/// `public` and "not said" are one for comparison.
pub(super) fn without_default_schema(mut ty: TypeName) -> TypeName {
    ty.schema = ty.schema.filter(|schema| schema != "public");
    ty
}

fn read_bool(expr: &BoolExpr) -> Canon {
    let args = read_all(&expr.args);
    match expr.boolop() {
        BoolExprType::AndExpr => and(args),
        BoolExprType::OrExpr => or(args),
        _ => Canon::Not(Box::new(args.into_iter().next().unwrap_or(Canon::Null))),
    }
}

/// AND is associative: nested ones are one.
fn and(args: Vec<Canon>) -> Canon {
    Canon::And(args.into_iter().flat_map(|arg| if let Canon::And(inner) = arg { inner } else { vec![arg] }).collect())
}

fn or(args: Vec<Canon>) -> Canon {
    Canon::Or(args.into_iter().flat_map(|arg| if let Canon::Or(inner) = arg { inner } else { vec![arg] }).collect())
}

fn read_operator(expr: &AExpr, node: &Node) -> Canon {
    let op = strings(&expr.name).pop().unwrap_or_default();
    let op = if op == "!=" { "<>".to_owned() } else { op };
    let left = expr.lexpr.as_deref().map(read);
    let right = expr.rexpr.as_deref().map(read);
    let binary = |op: &str, left: Option<Canon>, right: Option<Canon>| {
        Canon::Op(op.to_owned(), left.into_iter().chain(right).collect())
    };
    let quantified = |all: bool, left: Option<Canon>, right: Option<Canon>| match (left, right) {
        (Some(left), Some(right)) => {
            Canon::Quantified { op: op.clone(), all, left: Box::new(left), right: Box::new(right) }
        }
        _ => other(node),
    };
    match expr.kind() {
        AExprKind::AexprOp | AExprKind::AexprLike | AExprKind::AexprIlike => binary(&op, left, right),
        AExprKind::AexprOpAny => quantified(false, left, right),
        AExprKind::AexprOpAll => quantified(true, left, right),
        AExprKind::AexprIn => match right {
            // The server writes a list of one as a plain comparison.
            Some(Canon::Array(mut items)) if items.len() == 1 => binary(&op, left, items.pop()),
            right => quantified(op == "<>", left, right),
        },
        AExprKind::AexprDistinct => binary("IS DISTINCT FROM", left, right),
        AExprKind::AexprNotDistinct => binary("IS NOT DISTINCT FROM", left, right),
        AExprKind::AexprNullif => Canon::Call("nullif".into(), left.into_iter().chain(right).collect()),
        AExprKind::AexprBetween | AExprKind::AexprNotBetween => match (left, right) {
            (Some(value), Some(Canon::Array(bounds))) if bounds.len() == 2 => {
                let mut bounds = bounds.into_iter();
                let (low, high) = (bounds.next(), bounds.next());
                if expr.kind() == AExprKind::AexprBetween {
                    and(vec![binary(">=", Some(value.clone()), low), binary("<=", Some(value), high)])
                } else {
                    or(vec![binary("<", Some(value.clone()), low), binary(">", Some(value), high)])
                }
            }
            _ => other(node),
        },
        _ => other(node),
    }
}

fn read_call(call: &FuncCall, node: &Node) -> Canon {
    let plain = call.agg_order.is_empty()
        && call.agg_filter.is_none()
        && call.over.is_none()
        && !call.agg_distinct
        && !call.agg_star
        && !call.func_variadic
        && !call.args.iter().any(|arg| matches!(arg.node, Some(NodeEnum::NamedArgExpr(_))));
    if !plain {
        return other(node);
    }
    let mut name = strings(&call.funcname);
    if name.len() == 2 && (name[0] == "pg_catalog" || name[0] == "public") {
        name.remove(0);
    }
    let name = name.join(".");
    match name.as_str() {
        "transaction_timestamp" if call.args.is_empty() => Canon::Call("now".into(), Vec::new()),
        _ => Canon::Call(name, read_all(&call.args)),
    }
}

fn read_value_function(value: &SqlValueFunction, node: &Node) -> Canon {
    use SqlValueFunctionOp as Op;
    let name = match value.op() {
        Op::SvfopCurrentTimestamp | Op::SvfopCurrentTimestampN => "now",
        Op::SvfopCurrentDate => "current_date",
        Op::SvfopCurrentTime | Op::SvfopCurrentTimeN => "current_time",
        Op::SvfopLocaltime | Op::SvfopLocaltimeN => "localtime",
        Op::SvfopLocaltimestamp | Op::SvfopLocaltimestampN => "localtimestamp",
        Op::SvfopCurrentRole | Op::SvfopCurrentUser | Op::SvfopUser => "current_user",
        Op::SvfopSessionUser => "session_user",
        Op::SvfopCurrentCatalog => "current_catalog",
        Op::SvfopCurrentSchema => "current_schema",
        Op::SqlvalueFunctionOpUndefined => return other(node),
    };
    let precision = (value.typmod >= 0).then(|| Canon::Number(value.typmod.to_string(), None));
    Canon::Call(name.into(), precision.into_iter().collect())
}

fn read_case(case: &CaseExpr) -> Canon {
    let mut args: Vec<Canon> = vec![case.arg.as_deref().map_or(Canon::Null, read)];
    for when in &case.args {
        let Some(NodeEnum::CaseWhen(when)) = when.node.as_ref() else { continue };
        args.extend(when.expr.as_deref().map(read));
        args.extend(when.result.as_deref().map(read));
    }
    args.push(case.defresult.as_deref().map_or(Canon::Null, read));
    Canon::Call("case".into(), args)
}

/// For messages: close to SQL, and complete.
impl fmt::Display for Canon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |items: &[Self], separator: &str| items.iter().map(ToString::to_string).collect::<Vec<_>>().join(separator);
        let typed = |ty: &Option<TypeName>| ty.as_ref().map(|ty| format!("::{ty}")).unwrap_or_default();
        match self {
            Self::Column(name) | Self::Other(name) => f.write_str(name),
            Self::Text(text, ty) => write!(f, "'{}'{}", text.replace('\'', "''"), typed(ty)),
            Self::Number(number, ty) => write!(f, "{number}{}", typed(ty)),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Null => f.write_str("NULL"),
            Self::Cast(arg, ty) => write!(f, "({arg})::{ty}"),
            Self::Call(name, args) => write!(f, "{name}({})", list(args, ", ")),
            Self::Op(op, args) => match args.as_slice() {
                [left, right] => write!(f, "{left} {op} {right}"),
                [arg] if op.starts_with("IS ") || op.starts_with("COLLATE") => write!(f, "{arg} {op}"),
                _ => write!(f, "{op} {}", list(args, ", ")),
            },
            Self::Quantified { op, all, left, right } => {
                write!(f, "{left} {op} {} ({right})", if *all { "ALL" } else { "ANY" })
            }
            Self::And(args) => write!(f, "({})", list(args, " AND ")),
            Self::Or(args) => write!(f, "({})", list(args, " OR ")),
            Self::Not(arg) => write!(f, "NOT ({arg})"),
            Self::Array(items) => write!(f, "ARRAY[{}]", list(items, ", ")),
        }
    }
}
