//! Enums, domains and composite types.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AlterDomainStmt, AlterEnumStmt, CompositeTypeStmt, ConstrType, Constraint, CreateDomainStmt, CreateEnumStmt,
    CreateRangeStmt, DefineStmt, Node,
};

use super::alter::is_cascade;
use super::context::{Lower, cut, def_elem, list_items, node_string, non_empty};
use super::table::{collation, type_use};
use crate::ddl::postgres::lexer::Kind;
use crate::ddl::{DomainAction, EnumPosition, Op};

/// Labels carry no locations; they are the strings of the statement, in order.
pub(super) fn create_enum(lower: &Lower<'_>, raw: &CreateEnumStmt) -> Op {
    let mut strings =
        lower.tokens_from(lower.range.start).filter(|t| matches!(t.kind, Kind::String | Kind::DollarString));
    let labels = raw.vals.iter().filter_map(node_string).map(|label| {
        let span = strings.next().map_or_else(|| lower.statement_span(), |t| lower.source.span(t.start..t.end));
        (label.to_owned(), span)
    });
    let labels = labels.collect();
    Op::CreateEnum { name: lower.name(&raw.type_name), labels }
}

pub(super) fn alter_enum(lower: &Lower<'_>, raw: &AlterEnumStmt) -> Op {
    let name = lower.name(&raw.type_name);
    if !raw.old_val.is_empty() {
        return Op::RenameEnumValue { name, from: raw.old_val.clone(), to: raw.new_val.clone() };
    }
    let neighbor = || raw.new_val_neighbor.clone();
    Op::AddEnumValue {
        name,
        value: raw.new_val.clone(),
        if_not_exists: raw.skip_if_new_val_exists,
        position: (!raw.new_val_neighbor.is_empty()).then(|| {
            if raw.new_val_is_after { EnumPosition::After(neighbor()) } else { EnumPosition::Before(neighbor()) }
        }),
    }
}

pub(super) fn create_domain(lower: &Lower<'_>, raw: &CreateDomainStmt) -> Option<Op> {
    let (mut default, mut not_null, mut checks) = (None, false, Vec::new());
    for constraint in raw.constraints.iter().filter_map(constraint_node) {
        let expr = || constraint.raw_expr.as_deref().map(|n| lower.expr(n));
        match ConstrType::try_from(constraint.contype).unwrap_or_default() {
            ConstrType::ConstrDefault => default = expr(),
            ConstrType::ConstrNotnull => not_null = true,
            ConstrType::ConstrCheck => checks.extend(expr().map(|e| (non_empty(&constraint.conname), e))),
            _ => {}
        }
    }
    Some(Op::CreateDomain {
        name: lower.name(&raw.domainname),
        base: type_use(lower, raw.type_name.as_ref()?),
        collation: raw.coll_clause.as_ref().map(|c| collation(&c.collname)),
        default,
        not_null,
        checks,
    })
}

fn constraint_node(node: &Node) -> Option<&Constraint> {
    match node.node.as_ref()? {
        NodeEnum::Constraint(constraint) => Some(constraint),
        _ => None,
    }
}

/// Subtypes are letters: see `AlterDomainStmt` in parsenodes.h.
pub(super) fn alter_domain(lower: &Lower<'_>, raw: &AlterDomainStmt) -> Op {
    let def = raw.def.as_deref();
    let unknown = || Op::Opaque { what: "ALTER DOMAIN".into(), why: "this form of the statement is not known".into() };
    let action = match (raw.subtype.as_str(), def) {
        ("T", Some(expr)) => DomainAction::SetDefault(lower.expr(expr)),
        ("T", None) => DomainAction::DropDefault,
        ("O", _) => DomainAction::SetNotNull,
        ("N", _) => DomainAction::DropNotNull,
        ("X", _) => DomainAction::DropConstraint {
            name: cut(&raw.name),
            if_exists: raw.missing_ok,
            cascade: is_cascade(raw.behavior),
        },
        ("V", _) => DomainAction::ValidateConstraint { name: cut(&raw.name) },
        ("C", Some(node)) => match constraint_node(node) {
            Some(constraint) if constraint.contype == ConstrType::ConstrNotnull as i32 => DomainAction::SetNotNull,
            Some(constraint) => match constraint.raw_expr.as_deref() {
                Some(expr) => DomainAction::AddCheck {
                    name: non_empty(&constraint.conname),
                    expr: lower.expr(expr),
                    not_valid: constraint.skip_validation,
                },
                None => return unknown(),
            },
            None => return unknown(),
        },
        _ => return unknown(),
    };
    Op::AlterDomain { name: lower.name(&raw.type_name), action }
}

pub(super) fn create_range(lower: &Lower<'_>, raw: &CreateRangeStmt) -> Op {
    let option = |name: &str| raw.params.iter().filter_map(def_elem).find(|d| d.defname == name)?.arg.as_deref();
    let subtype = match option("subtype").and_then(|n| n.node.as_ref()) {
        Some(NodeEnum::TypeName(ty)) => Some(type_use(lower, ty)),
        _ => None,
    };
    let multirange = option("multirange_type_name").map(|n| match n.node.as_ref() {
        Some(NodeEnum::TypeName(ty)) => lower.name(&ty.names),
        _ => lower.name(list_items(Some(n))),
    });
    Op::CreateOtherType {
        name: lower.name(&raw.type_name),
        what: "range type",
        multirange,
        types: subtype.into_iter().collect(),
        functions: Vec::new(),
    }
}

/// A base type, or a shell that one will fill. Its options name functions as types are named.
pub(super) fn define_type(lower: &Lower<'_>, raw: &DefineStmt) -> Op {
    let names = raw.definition.iter().filter_map(def_elem).filter(|d| {
        matches!(d.defname.as_str(), "input" | "output" | "receive" | "send" | "typmod_in" | "typmod_out" | "analyze")
    });
    let functions = names.filter_map(|d| match d.arg.as_deref()?.node.as_ref()? {
        NodeEnum::TypeName(ty) => Some(lower.name(&ty.names)),
        _ => None,
    });
    Op::CreateOtherType {
        name: lower.name(&raw.defnames),
        what: if raw.definition.is_empty() { "shell type" } else { "base type" },
        multirange: None,
        types: Vec::new(),
        functions: functions.collect(),
    }
}

pub(super) fn create_composite(lower: &Lower<'_>, raw: &CompositeTypeStmt) -> Op {
    let attributes = raw.coldeflist.iter().filter_map(|n| match n.node.as_ref() {
        Some(NodeEnum::ColumnDef(column)) => Some((cut(&column.colname), type_use(lower, column.type_name.as_ref()?))),
        _ => None,
    });
    Op::CreateComposite { name: lower.relation(raw.typevar.as_ref()), attributes: attributes.collect() }
}
