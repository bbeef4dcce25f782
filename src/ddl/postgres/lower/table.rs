//! CREATE TABLE and what tables are made of: columns, constraints, partitions.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    ColumnDef as RawColumn, ConstrType, Constraint, CreateForeignTableStmt, CreateStmt, IndexElem, Node,
    OnCommitAction, PartitionBoundSpec, PartitionRangeDatumKind, PartitionSpec, PartitionStrategy, RangeVar, SortByDir,
    SortByNulls, TableLikeClause, TypeName as RawType,
};

use super::context::{Lower, cut, list_items, names, node_string, non_empty, strings};
use super::sequence::sequence_options;
use crate::ddl::postgres::print::{Printer, quote_if_needed};
use crate::ddl::postgres::types::lower_type;
use crate::ddl::{
    Bound, ColumnDef, ConstraintDef, ConstraintKind, CreateTable, IdentityDef, LikeOptions, Name, PartitionBy,
    TableElement, TypeUse,
};
use crate::model::{Action, Deferrable, IndexKey, IndexKeyPart, Known, MatchKind, NullsOrder, Persistence, SortOrder};

pub(super) fn persistence(relation: Option<&RangeVar>) -> Persistence {
    match relation.map(|r| r.relpersistence.as_str()) {
        Some("t") => Persistence::Temporary,
        Some("u") => Persistence::Unlogged,
        _ => Persistence::Permanent,
    }
}

pub(super) fn create_table(lower: &Lower<'_>, raw: &CreateStmt) -> CreateTable {
    let parents = raw.inh_relations.iter().filter_map(|n| match n.node.as_ref() {
        Some(NodeEnum::RangeVar(relation)) => Some(lower.relation(Some(relation))),
        _ => None,
    });
    let parents: Vec<Name> = parents.collect();
    let (inherits, partition_of) = match &raw.partbound {
        Some(bound) => (Vec::new(), parents.into_iter().next().map(|parent| (parent, partition_bound(bound)))),
        None => (parents, None),
    };
    CreateTable {
        name: lower.relation(raw.relation.as_ref()),
        if_not_exists: raw.if_not_exists,
        persistence: persistence(raw.relation.as_ref()),
        elements: raw.table_elts.iter().filter_map(|n| element(lower, n)).collect(),
        inherits,
        partition_by: raw.partspec.as_ref().map(partition_by),
        partition_of,
        of_type: raw.of_typename.as_ref().map(|ty| type_as_name(lower, ty)),
        options: lower.options(&raw.options),
        access_method: non_empty(&raw.access_method),
        foreign: None,
        on_commit_drop: raw.oncommit == OnCommitAction::OncommitDrop as i32,
    }
}

pub(super) fn create_foreign_table(lower: &Lower<'_>, raw: &CreateForeignTableStmt) -> Option<CreateTable> {
    let mut table = create_table(lower, raw.base_stmt.as_ref()?);
    table.foreign = Some((cut(&raw.servername), lower.options(&raw.options)));
    Some(table)
}

pub(super) fn type_as_name(lower: &Lower<'_>, raw: &RawType) -> Name {
    let mut parts = strings(&raw.names);
    let name = parts.pop().unwrap_or_default();
    Name { schema: parts.pop().map(|s| cut(&s)), name: cut(&name), span: lower.dotted_span(raw.location) }
}

pub(super) fn type_use(lower: &Lower<'_>, raw: &RawType) -> TypeUse {
    let lowered = lower_type(raw);
    let span = lower.dotted_span(raw.location);
    let copied_from = lowered.copied_from.map(|parts| lower.name_of(&parts));
    TypeUse { ty: lowered.ty, serial: lowered.serial, copied_from: copied_from.map(Box::new), span }
}

fn element(lower: &Lower<'_>, node: &Node) -> Option<TableElement> {
    match node.node.as_ref()? {
        NodeEnum::ColumnDef(column) => Some(TableElement::Column(column_def(lower, column))),
        NodeEnum::Constraint(constraint) => table_constraint(lower, constraint).map(TableElement::Constraint),
        NodeEnum::TableLikeClause(like) => Some(like_clause(lower, like)),
        _ => None,
    }
}

fn like_clause(lower: &Lower<'_>, raw: &TableLikeClause) -> TableElement {
    // TableLikeOption in parsenodes.h: bits in alphabetical order.
    let has = |bit: u32| raw.options & (1 << bit) != 0;
    TableElement::Like {
        source: lower.relation(raw.relation.as_ref()),
        including: LikeOptions {
            comments: has(0),
            constraints: has(2),
            defaults: has(3),
            generated: has(4),
            identity: has(5),
            indexes: has(6),
            statistics: has(7),
            storage: has(8),
        },
    }
}

pub(super) fn column_def(lower: &Lower<'_>, raw: &RawColumn) -> ColumnDef {
    let name = cut(&raw.colname);
    let mut column = ColumnDef {
        name: name.clone(),
        ty: raw.type_name.as_ref().map(|ty| type_use(lower, ty)),
        collation: raw.coll_clause.as_ref().map(|c| collation(&c.collname)),
        compression: non_empty(&raw.compression),
        not_null: raw.is_not_null,
        null: false,
        default: raw.raw_default.as_deref().map(|n| lower.expr(n)),
        identity: None,
        generated: None,
        constraints: Vec::new(),
        repeated: None,
        span: lower.clause_span(raw.location),
    };
    for node in &raw.constraints {
        if let Some(NodeEnum::Constraint(constraint)) = node.node.as_ref() {
            column_constraint(lower, &mut column, constraint);
        }
    }
    column
}

/// A collation as written, quoted where needed: `pg_catalog."default"`, `"de_DE"`.
pub(super) fn collation(parts: &[Node]) -> String {
    strings(parts).iter().map(|p| quote_if_needed(p)).collect::<Vec<_>>().join(".")
}

fn column_constraint(lower: &Lower<'_>, column: &mut ColumnDef, raw: &Constraint) {
    let raw_expr = || raw.raw_expr.as_deref();
    match ConstrType::try_from(raw.contype).unwrap_or_default() {
        ConstrType::ConstrNull => column.null = true,
        ConstrType::ConstrNotnull => {
            column.not_null = true;
            if !raw.conname.is_empty() {
                let kind = ConstraintKind::NotNull { column: column.name.clone() };
                column.constraints.push(constraint(lower, raw, kind));
            }
        }
        ConstrType::ConstrDefault => {
            repeat(column, column.default.is_some(), "multiple default values specified");
            column.default = raw_expr().map(|n| lower.expr(n));
        }
        ConstrType::ConstrIdentity => {
            repeat(column, column.identity.is_some(), "multiple identity specifications");
            let (sequence, options) = identity_options(lower, &raw.options);
            column.identity = Some(Box::new(IdentityDef { always: raw.generated_when == "a", sequence, options }));
        }
        ConstrType::ConstrGenerated => {
            repeat(column, column.generated.is_some(), "multiple generation clauses specified");
            column.generated = raw_expr().map(|n| (lower.expr(n), raw.generated_kind != "v"));
        }
        ConstrType::ConstrAttrDeferrable => set_deferrable(column, Deferrable::InitiallyImmediate),
        ConstrType::ConstrAttrNotDeferrable | ConstrType::ConstrAttrImmediate => {}
        ConstrType::ConstrAttrDeferred => set_deferrable(column, Deferrable::InitiallyDeferred),
        _ => {
            let own = [column.name.clone()];
            if let Some(kind) = constraint_kind(lower, raw, &own) {
                column.constraints.push(constraint(lower, raw, kind));
            }
        }
    }
}

/// Remembers the first clause that stands there a second time.
fn repeat(column: &mut ColumnDef, again: bool, what: &'static str) {
    column.repeated = column.repeated.or(again.then_some(what));
}

/// The grammar gives attributes of a column's constraint as entries after it.
fn set_deferrable(column: &mut ColumnDef, deferrable: Deferrable) {
    if let Some(last) = column.constraints.last_mut() {
        last.deferrable = deferrable;
    }
}

/// Options of an identity column; `SEQUENCE NAME` stands among them.
pub(super) fn identity_options(lower: &Lower<'_>, nodes: &[Node]) -> (Option<Name>, crate::model::SequenceOptions) {
    let sequence = nodes.iter().filter_map(super::context::def_elem).find(|d| d.defname == "sequence_name");
    let sequence = sequence.map(|d| lower.name(list_items(d.arg.as_deref())));
    (sequence, sequence_options(lower, nodes))
}

pub(super) fn table_constraint(lower: &Lower<'_>, raw: &Constraint) -> Option<ConstraintDef> {
    let kind = constraint_kind(lower, raw, &[])?;
    Some(constraint(lower, raw, kind))
}

fn constraint(lower: &Lower<'_>, raw: &Constraint, kind: ConstraintKind) -> ConstraintDef {
    ConstraintDef {
        name: non_empty(&raw.conname),
        kind,
        deferrable: match (raw.deferrable, raw.initdeferred) {
            (_, true) => Deferrable::InitiallyDeferred,
            (true, false) => Deferrable::InitiallyImmediate,
            (false, false) => Deferrable::No,
        },
        not_valid: raw.skip_validation,
        no_inherit: raw.is_no_inherit,
        span: lower.clause_span(raw.location),
    }
}

/// `own` is the column that the constraint was written with.
fn constraint_kind(lower: &Lower<'_>, raw: &Constraint, own: &[String]) -> Option<ConstraintKind> {
    let columns = |nodes: &[Node]| if nodes.is_empty() { own.to_vec() } else { names(nodes) };
    Some(match ConstrType::try_from(raw.contype).unwrap_or_default() {
        ConstrType::ConstrPrimary => ConstraintKind::PrimaryKey {
            columns: key_columns(raw, own),
            include: names(&raw.including),
            using_index: non_empty(&raw.indexname),
            options: lower.options(&raw.options),
        },
        ConstrType::ConstrUnique => ConstraintKind::Unique {
            columns: key_columns(raw, own),
            include: names(&raw.including),
            nulls_not_distinct: raw.nulls_not_distinct,
            using_index: non_empty(&raw.indexname),
            options: lower.options(&raw.options),
        },
        ConstrType::ConstrForeign => ConstraintKind::ForeignKey {
            columns: columns(&raw.fk_attrs),
            ref_table: lower.relation(raw.pktable.as_ref()),
            ref_columns: names(&raw.pk_attrs),
            on_delete: action(&raw.fk_del_action),
            on_update: action(&raw.fk_upd_action),
            on_delete_columns: names(&raw.fk_del_set_cols),
            match_kind: if raw.fk_matchtype == "f" { MatchKind::Full } else { MatchKind::Simple },
        },
        ConstrType::ConstrCheck => {
            let (expr, columns) = lower.expr_with_columns(raw.raw_expr.as_deref()?);
            ConstraintKind::Check { expr, columns }
        }
        ConstrType::ConstrExclusion => ConstraintKind::Exclude {
            method: if raw.access_method.is_empty() { "gist".into() } else { raw.access_method.clone() },
            elements: raw.exclusions.iter().filter_map(|n| exclusion_element(lower, n)).collect(),
            include: names(&raw.including),
            predicate: lower.optional_expr(raw.where_clause.as_deref()),
        },
        ConstrType::ConstrNotnull => {
            ConstraintKind::NotNull { column: names(&raw.keys).into_iter().next().or_else(|| own.first().cloned())? }
        }
        _ => return None,
    })
}

/// A constraint that takes an existing index over names no columns.
fn key_columns(raw: &Constraint, own: &[String]) -> Vec<String> {
    if raw.keys.is_empty() { own.to_vec() } else { names(&raw.keys) }
}

fn exclusion_element(lower: &Lower<'_>, node: &Node) -> Option<(IndexKey, String)> {
    let [element, operator] = list_items(Some(node)) else { return None };
    let NodeEnum::IndexElem(element) = element.node.as_ref()? else { return None };
    let mut printer = Printer::new();
    printer.operator_name(&strings(list_items(Some(operator))));
    Some((index_key(lower, element).0, printer.into_sql()))
}

fn action(letter: &str) -> Action {
    match letter {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

/// An index key, and the columns that its expression names.
pub(super) fn index_key(lower: &Lower<'_>, raw: &IndexElem) -> (IndexKey, Vec<String>) {
    let (part, columns) = match raw.expr.as_deref() {
        Some(node) => {
            let (expr, columns) = lower.expr_with_columns(node);
            (IndexKeyPart::Expr(Known::Known(expr)), columns)
        }
        None => (IndexKeyPart::Column(cut(&raw.name)), vec![cut(&raw.name)]),
    };
    let key = IndexKey {
        part,
        opclass: (!raw.opclass.is_empty()).then(|| collation(&raw.opclass)),
        opclass_options: lower.options(&raw.opclassopts),
        collation: (!raw.collation.is_empty()).then(|| collation(&raw.collation)),
        order: match SortByDir::try_from(raw.ordering).unwrap_or_default() {
            SortByDir::SortbyDesc => SortOrder::Descending,
            _ => SortOrder::Ascending,
        },
        nulls: match SortByNulls::try_from(raw.nulls_ordering).unwrap_or_default() {
            SortByNulls::SortbyNullsFirst => Some(NullsOrder::First),
            SortByNulls::SortbyNullsLast => Some(NullsOrder::Last),
            _ => None,
        },
    };
    (key, columns)
}

fn partition_by(raw: &PartitionSpec) -> PartitionBy {
    let word = match PartitionStrategy::try_from(raw.strategy).unwrap_or_default() {
        PartitionStrategy::List => "LIST",
        PartitionStrategy::Hash => "HASH",
        _ => "RANGE",
    };
    let mut columns = Vec::new();
    let mut parts = Vec::new();
    for node in &raw.part_params {
        let Some(NodeEnum::PartitionElem(element)) = node.node.as_ref() else { continue };
        let mut part = match element.expr.as_deref() {
            Some(expr) => {
                let mut printer = Printer::new();
                printer.expr(expr);
                let call = matches!(expr.node, Some(NodeEnum::FuncCall(_)));
                let sql = printer.into_sql();
                if call { sql } else { format!("({sql})") }
            }
            None => {
                columns.push(cut(&element.name));
                quote_if_needed(&cut(&element.name))
            }
        };
        if !element.collation.is_empty() {
            part.push_str(&format!(" COLLATE {}", collation(&element.collation)));
        }
        if !element.opclass.is_empty() {
            part.push_str(&format!(" {}", collation(&element.opclass)));
        }
        parts.push(part);
    }
    PartitionBy { sql: format!("{word} ({})", parts.join(", ")), columns }
}

pub(super) fn partition_bound(raw: &PartitionBoundSpec) -> Bound {
    let list = |nodes: &[Node]| nodes.iter().map(bound_datum).collect::<Vec<_>>().join(", ");
    let sql = match raw.strategy.as_str() {
        _ if raw.is_default => "DEFAULT".to_owned(),
        "h" => format!("FOR VALUES WITH (modulus {}, remainder {})", raw.modulus, raw.remainder),
        "l" => format!("FOR VALUES IN ({})", list(&raw.listdatums)),
        _ => format!("FOR VALUES FROM ({}) TO ({})", list(&raw.lowerdatums), list(&raw.upperdatums)),
    };
    let flaw = order_flaw(&raw.lowerdatums).or_else(|| order_flaw(&raw.upperdatums));
    Bound { sql, flaw }
}

/// After an infinite value come only such (`validateInfiniteBounds`).
fn order_flaw(datums: &[Node]) -> Option<&'static str> {
    let mut last = None;
    for datum in datums {
        let text = bound_datum(datum);
        let infinite = match text.as_str() {
            "MINVALUE" => Some("every bound following MINVALUE must also be MINVALUE"),
            "MAXVALUE" => Some("every bound following MAXVALUE must also be MAXVALUE"),
            _ => None,
        };
        if last.is_some() && last != infinite {
            return last;
        }
        last = infinite;
    }
    None
}

fn bound_datum(node: &Node) -> String {
    if let Some(NodeEnum::ColumnRef(column)) = node.node.as_ref() {
        // The grammar leaves MINVALUE and MAXVALUE as column references (transformPartitionRangeBounds).
        if let Some(word) = column.fields.first().and_then(node_string)
            && matches!(word, "minvalue" | "maxvalue")
        {
            return word.to_ascii_uppercase();
        }
    }
    if let Some(NodeEnum::PartitionRangeDatum(datum)) = node.node.as_ref() {
        return match PartitionRangeDatumKind::try_from(datum.kind).unwrap_or_default() {
            PartitionRangeDatumKind::PartitionRangeDatumMinvalue => "MINVALUE".into(),
            PartitionRangeDatumKind::PartitionRangeDatumMaxvalue => "MAXVALUE".into(),
            _ => datum.value.as_deref().map(bound_datum).unwrap_or_default(),
        };
    }
    let mut printer = Printer::new();
    printer.expr(node);
    printer.into_sql()
}
