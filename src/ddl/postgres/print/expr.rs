//! Expressions: operators, constants, columns, and all but function calls.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AConst, AExpr, AExprKind, AIndirection, BoolExprType, BoolTestType, CaseExpr, CoercionForm, ColumnRef, MinMaxOp,
    Node, NullTestType, ParseResult, RawStmt, ResTarget, SelectStmt, SubLink, SubLinkType, TypeCast, a_const::Val,
};

use super::{Printer, quote_if_needed, quote_literal};
use crate::ddl::postgres::lower::strings;
use crate::ddl::postgres::types::{lower_type, print_type};

/// How tightly an expression binds, as gram.y declares it.
mod binds {
    pub(super) const NOTHING: u8 = 0;
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const NOT: u8 = 3;
    pub(super) const IS: u8 = 4;
    pub(super) const COMPARISON: u8 = 5;
    pub(super) const LIKE: u8 = 6;
    pub(super) const OPERATOR: u8 = 7;
    pub(super) const SUM: u8 = 8;
    pub(super) const PRODUCT: u8 = 9;
    pub(super) const POWER: u8 = 10;
    pub(super) const AT: u8 = 11;
    pub(super) const COLLATE: u8 = 12;
    pub(super) const SIGN: u8 = 13;
    pub(super) const CAST: u8 = 15;
    pub(super) const ATOM: u8 = 16;
}

pub(super) const AT_TIME_ZONE: u8 = binds::AT;

impl Printer {
    /// Prints a whole expression.
    pub(in crate::ddl::postgres) fn expr(&mut self, node: &Node) {
        self.operand(node, binds::NOTHING);
    }

    pub(super) fn expr_list(&mut self, nodes: &[Node]) {
        for (i, node) in nodes.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.expr(node);
        }
    }

    fn optional(&mut self, node: Option<&Node>, outer: u8) {
        if let Some(node) = node {
            self.operand(node, outer);
        }
    }

    /// Prints a node, in parentheses unless it binds tighter than `outer`.
    pub(super) fn operand(&mut self, node: &Node, outer: u8) {
        let Some(inner) = node.node.as_ref() else { return };
        let parentheses = binding(inner) <= outer;
        if parentheses {
            self.push("(");
        }
        self.node(inner, node);
        if parentheses {
            self.push(")");
        }
    }

    fn node(&mut self, inner: &NodeEnum, node: &Node) {
        match inner {
            NodeEnum::AConst(constant) => self.constant(constant),
            NodeEnum::ColumnRef(column) => self.column(column),
            NodeEnum::FuncCall(call) => self.call(call, node),
            NodeEnum::TypeCast(cast) => self.cast(cast),
            NodeEnum::AExpr(expr) => self.operator(expr),
            NodeEnum::BoolExpr(expr) => self.boolean(expr),
            NodeEnum::NullTest(test) => {
                self.optional(test.arg.as_deref(), binds::IS);
                let is_null = test.nulltesttype == NullTestType::IsNull as i32;
                self.push(if is_null { " IS NULL" } else { " IS NOT NULL" });
            }
            NodeEnum::BooleanTest(test) => {
                self.optional(test.arg.as_deref(), binds::IS);
                self.push(match BoolTestType::try_from(test.booltesttype).unwrap_or_default() {
                    BoolTestType::IsNotTrue => " IS NOT TRUE",
                    BoolTestType::IsFalse => " IS FALSE",
                    BoolTestType::IsNotFalse => " IS NOT FALSE",
                    BoolTestType::IsUnknown => " IS UNKNOWN",
                    BoolTestType::IsNotUnknown => " IS NOT UNKNOWN",
                    _ => " IS TRUE",
                });
            }
            NodeEnum::CaseExpr(case) => self.case(case),
            NodeEnum::CoalesceExpr(coalesce) => self.keyword_call("COALESCE", &coalesce.args, coalesce.location),
            NodeEnum::MinMaxExpr(expr) => {
                let greatest = expr.op == MinMaxOp::IsGreatest as i32;
                self.keyword_call(if greatest { "GREATEST" } else { "LEAST" }, &expr.args, expr.location);
            }
            NodeEnum::SqlvalueFunction(value) => self.value_function(value, node),
            NodeEnum::AArrayExpr(array) => {
                self.see(array.location);
                self.push("ARRAY[");
                self.expr_list(&array.elements);
                self.push("]");
            }
            NodeEnum::RowExpr(row) => {
                self.see(row.location);
                self.push(if row.row_format == CoercionForm::CoerceImplicitCast as i32 { "(" } else { "ROW(" });
                self.expr_list(&row.args);
                self.push(")");
            }
            NodeEnum::AIndirection(indirection) => self.indirection(indirection),
            NodeEnum::CollateClause(collate) => {
                self.optional(collate.arg.as_deref(), binds::COLLATE);
                self.push(" COLLATE ");
                self.dotted(&collate.collname);
            }
            NodeEnum::NamedArgExpr(named) => {
                let name = quote_if_needed(&named.name);
                self.push(&name);
                self.push(" => ");
                self.optional(named.arg.as_deref(), binds::NOTHING);
            }
            NodeEnum::ParamRef(parameter) => {
                self.see(parameter.location);
                let text = if parameter.number == 0 { "?".to_owned() } else { format!("${}", parameter.number) };
                self.push(&text);
            }
            NodeEnum::SetToDefault(_) => self.push("DEFAULT"),
            NodeEnum::SubLink(link) => self.sublink(link, node),
            NodeEnum::List(list) => {
                self.push("(");
                self.expr_list(&list.items);
                self.push(")");
            }
            NodeEnum::String(s) => self.push(&quote_literal(&s.sval)),
            NodeEnum::Integer(i) => self.push(&i.ival.to_string()),
            NodeEnum::Float(f) => self.push(&f.fval),
            _ => self.deparse(node),
        }
    }

    fn constant(&mut self, constant: &AConst) {
        self.see(constant.location);
        match constant.val.as_ref() {
            None => self.push("NULL"),
            Some(Val::Ival(i)) => self.push(&i.ival.to_string()),
            Some(Val::Fval(f)) => self.push(&f.fval),
            Some(Val::Boolval(b)) => self.push(if b.boolval { "true" } else { "false" }),
            Some(Val::Sval(s)) => self.push(&quote_literal(&s.sval)),
            Some(Val::Bsval(b)) => {
                // The scanner keeps the letter before the digits.
                let (letter, digits) = b.bsval.split_at(b.bsval.len().min(1));
                self.push(&format!("{}'{digits}'", letter.to_ascii_uppercase()));
            }
        }
    }

    fn column(&mut self, column: &ColumnRef) {
        self.see(column.location);
        self.dotted(&column.fields);
        if let Some(Some(NodeEnum::String(last))) = column.fields.last().map(|n| n.node.as_ref()) {
            self.see_column(&last.sval);
        }
    }

    /// `a.b.*` out of String and A_Star nodes.
    pub(super) fn dotted(&mut self, parts: &[Node]) {
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                self.push(".");
            }
            match part.node.as_ref() {
                Some(NodeEnum::String(s)) => {
                    let quoted = quote_if_needed(&s.sval);
                    self.push(&quoted);
                }
                Some(NodeEnum::AStar(_)) => self.push("*"),
                _ => {}
            }
        }
    }

    fn cast(&mut self, cast: &TypeCast) {
        self.optional(cast.arg.as_deref(), binds::CAST - 1);
        self.push("::");
        if let Some(raw) = &cast.type_name {
            self.see(raw.location);
            self.push(&print_type(&lower_type(raw).ty));
        }
    }

    fn boolean(&mut self, expr: &pg_query::protobuf::BoolExpr) {
        let kind = BoolExprType::try_from(expr.boolop).unwrap_or_default();
        let (word, level) = match kind {
            BoolExprType::OrExpr => (" OR ", binds::OR),
            BoolExprType::NotExpr => {
                self.see(expr.location);
                self.push("NOT ");
                return self.optional(expr.args.first(), binds::NOT);
            }
            _ => (" AND ", binds::AND),
        };
        for (i, arg) in expr.args.iter().enumerate() {
            if i > 0 {
                self.push(word);
            }
            self.operand(arg, level);
        }
    }

    fn case(&mut self, case: &CaseExpr) {
        self.see(case.location);
        self.push("CASE");
        if let Some(arg) = case.arg.as_deref() {
            self.push(" ");
            self.expr(arg);
        }
        for when in &case.args {
            if let Some(NodeEnum::CaseWhen(when)) = when.node.as_ref() {
                self.push(" WHEN ");
                self.optional(when.expr.as_deref(), binds::NOTHING);
                self.push(" THEN ");
                self.optional(when.result.as_deref(), binds::NOTHING);
            }
        }
        if let Some(otherwise) = case.defresult.as_deref() {
            self.push(" ELSE ");
            self.expr(otherwise);
        }
        self.push(" END");
    }

    fn indirection(&mut self, indirection: &AIndirection) {
        let Some(arg) = indirection.arg.as_deref() else { return };
        let subscript =
            matches!(indirection.indirection.first().map(|n| n.node.as_ref()), Some(Some(NodeEnum::AIndices(_))));
        if subscript && matches!(arg.node, Some(NodeEnum::ColumnRef(_) | NodeEnum::ParamRef(_))) {
            self.expr(arg);
        } else {
            self.push("(");
            self.expr(arg);
            self.push(")");
        }
        for part in &indirection.indirection {
            match part.node.as_ref() {
                Some(NodeEnum::AIndices(indices)) => {
                    self.push("[");
                    self.optional(indices.lidx.as_deref(), binds::NOTHING);
                    self.push(if indices.is_slice { ":" } else { "" });
                    self.optional(indices.uidx.as_deref(), binds::NOTHING);
                    self.push("]");
                }
                Some(NodeEnum::String(_) | NodeEnum::AStar(_)) => {
                    self.push(".");
                    self.dotted(std::slice::from_ref(part));
                }
                _ => {}
            }
        }
    }

    fn operator(&mut self, expr: &AExpr) {
        let (left, right) = (expr.lexpr.as_deref(), expr.rexpr.as_deref());
        let name = strings(&expr.name);
        let negated = name.last().is_some_and(|n| n.starts_with(['!', '<']));
        let kind = AExprKind::try_from(expr.kind).unwrap_or_default();
        let word = match kind {
            AExprKind::AexprOp | AExprKind::AexprOpAny | AExprKind::AexprOpAll => {
                return self.plain_operator(expr, &name, kind);
            }
            AExprKind::AexprNullif => {
                self.see(expr.location);
                self.push("NULLIF(");
                self.optional(left, binds::NOTHING);
                self.push(", ");
                self.optional(right, binds::NOTHING);
                return self.push(")");
            }
            AExprKind::AexprDistinct => " IS DISTINCT FROM ",
            AExprKind::AexprNotDistinct => " IS NOT DISTINCT FROM ",
            AExprKind::AexprIn => {
                if negated {
                    " NOT IN "
                } else {
                    " IN "
                }
            }
            AExprKind::AexprLike => {
                if negated {
                    " NOT LIKE "
                } else {
                    " LIKE "
                }
            }
            AExprKind::AexprIlike => {
                if negated {
                    " NOT ILIKE "
                } else {
                    " ILIKE "
                }
            }
            AExprKind::AexprSimilar => {
                if negated {
                    " NOT SIMILAR TO "
                } else {
                    " SIMILAR TO "
                }
            }
            AExprKind::AexprBetween => " BETWEEN ",
            AExprKind::AexprNotBetween => " NOT BETWEEN ",
            AExprKind::AexprBetweenSym => " BETWEEN SYMMETRIC ",
            AExprKind::AexprNotBetweenSym => " NOT BETWEEN SYMMETRIC ",
            AExprKind::Undefined => " ",
        };
        let level = binding_of_operator(expr);
        self.optional(left, level);
        self.push(word);
        match right.and_then(|n| n.node.as_ref()) {
            Some(NodeEnum::List(list)) if word.contains("BETWEEN") => {
                self.optional(list.items.first(), binds::OPERATOR);
                self.push(" AND ");
                self.optional(list.items.get(1), binds::OPERATOR);
            }
            Some(NodeEnum::FuncCall(call)) if is_escape(&strings(&call.funcname)) => {
                self.optional(call.args.first(), level);
                if let Some(escape) = call.args.get(1) {
                    self.push(" ESCAPE ");
                    self.operand(escape, level);
                }
            }
            _ => self.optional(right, level),
        }
    }

    fn plain_operator(&mut self, expr: &AExpr, name: &[String], kind: AExprKind) {
        let level = binding_of_operator(expr);
        if let Some(left) = expr.lexpr.as_deref() {
            self.operand(left, level);
            self.push(" ");
        } else {
            self.see(expr.location);
        }
        self.operator_name(name);
        if expr.lexpr.is_some() || name.len() > 1 || !matches!(name, [n] if n == "-" || n == "+") {
            self.push(" ");
        }
        match kind {
            AExprKind::AexprOpAny | AExprKind::AexprOpAll => {
                self.push(if kind == AExprKind::AexprOpAny { "ANY (" } else { "ALL (" });
                self.optional(expr.rexpr.as_deref(), binds::NOTHING);
                self.push(")");
            }
            _ if expr.lexpr.is_none() => self.optional(expr.rexpr.as_deref(), binds::ATOM - 1),
            _ => self.optional(expr.rexpr.as_deref(), level),
        }
    }

    pub(in crate::ddl::postgres) fn operator_name(&mut self, name: &[String]) {
        match name {
            [only] => self.push(only),
            [schemas @ .., last] => {
                let schemas: Vec<String> = schemas.iter().map(|s| quote_if_needed(s)).collect();
                self.push(&format!("OPERATOR({}.{last})", schemas.join(".")));
            }
            [] => {}
        }
    }

    fn sublink(&mut self, link: &SubLink, node: &Node) {
        let kind = SubLinkType::try_from(link.sub_link_type).unwrap_or_default();
        let Some(select) = link.subselect.as_deref() else { return self.deparse(node) };
        self.see(link.location);
        let operator = strings(&link.oper_name);
        self.optional(link.testexpr.as_deref(), binds::OPERATOR);
        match kind {
            SubLinkType::ExistsSublink => self.push("EXISTS ("),
            SubLinkType::ArraySublink => self.push("ARRAY("),
            SubLinkType::ExprSublink => self.push("("),
            SubLinkType::AnySublink if operator.is_empty() => self.push(" IN ("),
            SubLinkType::AnySublink | SubLinkType::AllSublink => {
                self.push(" ");
                self.operator_name(&operator);
                self.push(if kind == SubLinkType::AnySublink { " ANY (" } else { " ALL (" });
            }
            _ => return self.deparse(node),
        }
        self.query(select);
        self.push(")");
    }

    /// A whole SELECT.
    pub(in crate::ddl::postgres) fn query(&mut self, node: &Node) {
        self.deparse_query(node);
    }

    pub(in crate::ddl::postgres) fn deparse_query(&mut self, node: &Node) {
        let text = deparse_statement(node).unwrap_or_default();
        self.push(&text);
    }

    /// What this printer does not know by itself.
    pub(in crate::ddl::postgres) fn deparse(&mut self, node: &Node) {
        let target = ResTarget { val: Some(Box::new(node.clone())), ..ResTarget::default() };
        let target = Node { node: Some(NodeEnum::ResTarget(Box::new(target))) };
        let select = SelectStmt { target_list: vec![target], limit_option: 1, op: 1, ..SelectStmt::default() };
        let select = Node { node: Some(NodeEnum::SelectStmt(Box::new(select))) };
        let text = deparse_statement(&select).unwrap_or_default();
        self.push(text.strip_prefix("SELECT ").unwrap_or(&text));
    }
}

fn deparse_statement(node: &Node) -> Option<String> {
    let statement = RawStmt { stmt: Some(Box::new(node.clone())), ..RawStmt::default() };
    let tree = ParseResult { version: 180_000, stmts: vec![statement] };
    std::panic::catch_unwind(|| pg_query::deparse(&tree, pg_query::DeparseOptions::default()).ok()).ok().flatten()
}

fn is_escape(name: &[String]) -> bool {
    matches!(name.last().map(String::as_str), Some("like_escape" | "similar_to_escape"))
}

fn binding_of_operator(expr: &AExpr) -> u8 {
    match AExprKind::try_from(expr.kind).unwrap_or_default() {
        AExprKind::AexprOp => {}
        AExprKind::AexprOpAny | AExprKind::AexprOpAll => return binds::OPERATOR,
        AExprKind::AexprDistinct | AExprKind::AexprNotDistinct => return binds::IS,
        AExprKind::AexprNullif => return binds::ATOM,
        _ => return binds::LIKE,
    }
    let Some(NodeEnum::String(name)) = expr.name.last().and_then(|n| n.node.as_ref()) else { return binds::OPERATOR };
    if expr.name.len() > 1 {
        return binds::OPERATOR;
    }
    let sign = expr.lexpr.is_none();
    match name.sval.as_str() {
        "-" | "+" if sign => binds::SIGN,
        "<" | ">" | "=" | "<=" | ">=" | "<>" => binds::COMPARISON,
        "+" | "-" => binds::SUM,
        "*" | "/" | "%" => binds::PRODUCT,
        "^" => binds::POWER,
        _ => binds::OPERATOR,
    }
}

fn binding(node: &NodeEnum) -> u8 {
    match node {
        NodeEnum::AExpr(expr) => binding_of_operator(expr),
        NodeEnum::BoolExpr(expr) => match BoolExprType::try_from(expr.boolop).unwrap_or_default() {
            BoolExprType::OrExpr => binds::OR,
            BoolExprType::NotExpr => binds::NOT,
            _ => binds::AND,
        },
        NodeEnum::NullTest(_) | NodeEnum::BooleanTest(_) => binds::IS,
        NodeEnum::CollateClause(_) => binds::COLLATE,
        NodeEnum::TypeCast(_) => binds::CAST,
        NodeEnum::FuncCall(call) if super::call::is_at_time_zone(call) => binds::AT,
        NodeEnum::FuncCall(call) if super::call::prints_by_itself(call) => binds::ATOM,
        // Rare syntax that `deparse` writes may be an operator (`IS NORMALIZED`).
        NodeEnum::FuncCall(_) => binds::OR,
        NodeEnum::SubLink(link) if link.testexpr.is_some() => binds::LIKE,
        NodeEnum::AConst(constant) => match constant.val.as_ref() {
            Some(Val::Ival(i)) if i.ival < 0 => binds::SIGN,
            Some(Val::Fval(f)) if f.fval.starts_with('-') => binds::SIGN,
            _ => binds::ATOM,
        },
        NodeEnum::XmlExpr(_) | NodeEnum::JsonIsPredicate(_) => binds::OR,
        _ => binds::ATOM,
    }
}
