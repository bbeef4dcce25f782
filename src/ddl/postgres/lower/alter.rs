//! ALTER TABLE and its kin.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AlterTableCmd, AlterTableStmt, AlterTableType, ColumnDef as RawColumn, DropBehavior, Node, ObjectType, PartitionCmd,
};

use super::context::{Lower, cut, def_elem, list_items, non_empty, option_name, role_name};
use super::table::{
    collation, column_def, identity_options, partition_bound, table_constraint, type_as_name, type_use,
};
use crate::ddl::{AlterAction, AttributeAction, Bound, Op, RelationKind};
use crate::model::{Deferrable, Persistence};
use crate::source::Span;

pub(super) fn relation_kind(kind: ObjectType) -> RelationKind {
    match kind {
        ObjectType::ObjectForeignTable => RelationKind::ForeignTable,
        ObjectType::ObjectView => RelationKind::View,
        ObjectType::ObjectMatview => RelationKind::MaterializedView,
        ObjectType::ObjectIndex => RelationKind::Index,
        ObjectType::ObjectSequence => RelationKind::Sequence,
        ObjectType::ObjectType => RelationKind::Composite,
        _ => RelationKind::Table,
    }
}

pub(super) fn is_cascade(behavior: i32) -> bool {
    behavior == DropBehavior::DropCascade as i32
}

pub(super) fn alter_table(lower: &Lower<'_>, raw: &AlterTableStmt) -> Op {
    let relation = lower.relation(raw.relation.as_ref());
    let kind = relation_kind(ObjectType::try_from(raw.objtype).unwrap_or_default());
    let commands = raw.cmds.iter().filter_map(|n| match n.node.as_ref() {
        Some(NodeEnum::AlterTableCmd(command)) => Some(&**command),
        _ => None,
    });
    let after_name = raw.relation.as_ref().map_or(0, |r| lower.dotted_end(r.location));
    let mut places = Places::new(lower, after_name);
    if kind == RelationKind::Composite {
        let actions = commands.filter_map(|c| attribute_action(lower, c)).collect();
        return Op::AlterComposite { name: relation, actions };
    }
    let mut actions = Vec::with_capacity(raw.cmds.len());
    for command in commands {
        let span = places.next_clause();
        match action(lower, command, kind, span) {
            Some(action) => actions.push(action),
            None => {
                return Op::Opaque { what: "ALTER TABLE".into(), why: "one of its clauses is not known".into() };
            }
        }
    }
    Op::AlterTable {
        relation,
        kind,
        if_exists: raw.missing_ok,
        only: raw.relation.as_ref().is_some_and(|r| !r.inh),
        actions,
    }
}

/// The clauses of the statement, in order: commands carry no locations, but commas separate them.
struct Places<'l, 'a> {
    lower: &'l Lower<'a>,
    at: usize,
}

impl<'l, 'a> Places<'l, 'a> {
    fn new(lower: &'l Lower<'a>, at: usize) -> Self {
        Self { lower, at }
    }

    fn next_clause(&mut self) -> Span {
        let (lower, text) = (self.lower, self.lower.source.text);
        let end = lower.clause_end(self.at);
        let range = crate::ddl::postgres::lexer::trim(text, self.at, end);
        // Past the comma.
        self.at = lower.tokens_from(end).find(|t| &text[t.start..t.end] == ",").map_or(end, |t| t.end);
        range.map_or_else(|| lower.statement_span(), |(start, end)| lower.source.span(start..end))
    }
}

fn column_node(command: &AlterTableCmd) -> Option<&RawColumn> {
    match command.def.as_deref()?.node.as_ref()? {
        NodeEnum::ColumnDef(column) => Some(column),
        _ => None,
    }
}

fn attribute_action(lower: &Lower<'_>, command: &AlterTableCmd) -> Option<AttributeAction> {
    let name = cut(&command.name);
    Some(match AlterTableType::try_from(command.subtype).unwrap_or_default() {
        AlterTableType::AtAddColumn => {
            let column = column_node(command)?;
            AttributeAction::Add { name: cut(&column.colname), ty: type_use(lower, column.type_name.as_ref()?) }
        }
        AlterTableType::AtDropColumn => AttributeAction::Drop { name, if_exists: command.missing_ok },
        AlterTableType::AtAlterColumnType => {
            AttributeAction::SetType { name, ty: type_use(lower, column_node(command)?.type_name.as_ref()?) }
        }
        _ => return None,
    })
}

fn action(lower: &Lower<'_>, command: &AlterTableCmd, kind: RelationKind, span: Span) -> Option<AlterAction> {
    use AlterTableType as T;
    let column = || cut(&command.name);
    let cascade = is_cascade(command.behavior);
    let def = command.def.as_deref();
    Some(match T::try_from(command.subtype).unwrap_or_default() {
        T::AtAddColumn => AlterAction::AddColumn {
            column: column_def(lower, column_node(command)?),
            if_not_exists: command.missing_ok,
            span,
        },
        T::AtDropColumn => AlterAction::DropColumn { name: column(), if_exists: command.missing_ok, cascade, span },
        T::AtAlterColumnType => {
            let raw = column_node(command)?;
            AlterAction::SetType {
                column: column(),
                ty: type_use(lower, raw.type_name.as_ref()?),
                collation: raw.coll_clause.as_ref().map(|c| collation(&c.collname)),
                using: lower.optional_expr(raw.raw_default.as_deref()),
                span,
            }
        }
        T::AtColumnDefault => match def {
            Some(expr) => AlterAction::SetDefault { column: column(), expr: lower.expr(expr) },
            None => AlterAction::DropDefault { column: column() },
        },
        T::AtSetNotNull => AlterAction::SetNotNull { column: column() },
        T::AtDropNotNull => AlterAction::DropNotNull { column: column() },
        T::AtSetExpression => AlterAction::SetExpression { column: column(), expr: lower.expr(def?) },
        T::AtDropExpression => AlterAction::DropExpression { column: column(), if_exists: command.missing_ok },
        T::AtAddIdentity => match def?.node.as_ref()? {
            NodeEnum::Constraint(raw) => {
                let (sequence, options) = identity_options(lower, &raw.options);
                let identity = crate::ddl::IdentityDef { always: raw.generated_when == "a", sequence, options };
                AlterAction::AddIdentity { column: column(), identity }
            }
            _ => return None,
        },
        T::AtSetIdentity => set_identity(lower, command),
        T::AtDropIdentity => AlterAction::DropIdentity { column: column(), if_exists: command.missing_ok },
        T::AtAddConstraint => match def?.node.as_ref()? {
            NodeEnum::Constraint(raw) => AlterAction::AddConstraint(table_constraint(lower, raw)?),
            _ => return None,
        },
        T::AtDropConstraint => {
            AlterAction::DropConstraint { name: column(), if_exists: command.missing_ok, cascade, span }
        }
        T::AtValidateConstraint => AlterAction::ValidateConstraint { name: column() },
        T::AtAlterConstraint => alter_constraint(def?)?,
        _ => return other_action(lower, command, kind),
    })
}

fn set_identity(lower: &Lower<'_>, command: &AlterTableCmd) -> AlterAction {
    let items = list_items(command.def.as_deref());
    let generated = items.iter().filter_map(def_elem).find(|d| d.defname == "generated");
    let always = generated.map(|d| super::context::integer(d.arg.as_deref()) == Some(i64::from(b'a')));
    AlterAction::SetIdentity {
        column: cut(&command.name),
        always,
        options: super::sequence::sequence_options(lower, items),
    }
}

fn alter_constraint(def: &Node) -> Option<AlterAction> {
    match def.node.as_ref()? {
        NodeEnum::AtalterConstraint(raw) if raw.alter_deferrability => Some(AlterAction::AlterConstraint {
            name: cut(&raw.conname),
            deferrable: deferrable(raw.deferrable, raw.initdeferred),
        }),
        NodeEnum::AtalterConstraint(_) => Some(AlterAction::NoEffect { what: "ALTER CONSTRAINT", column: None }),
        NodeEnum::Constraint(raw) => Some(AlterAction::AlterConstraint {
            name: cut(&raw.conname),
            deferrable: deferrable(raw.deferrable, raw.initdeferred),
        }),
        _ => None,
    }
}

fn deferrable(deferrable: bool, deferred: bool) -> Deferrable {
    match (deferrable, deferred) {
        (_, true) => Deferrable::InitiallyDeferred,
        (true, false) => Deferrable::InitiallyImmediate,
        (false, false) => Deferrable::No,
    }
}

/// Actions on the relation as a whole.
fn other_action(lower: &Lower<'_>, command: &AlterTableCmd, kind: RelationKind) -> Option<AlterAction> {
    use AlterTableType as T;
    let def = command.def.as_deref();
    let trigger = |enabled: char| AlterAction::TriggerState { name: non_empty(&command.name), enabled };
    let security = |enabled, forced| AlterAction::RowLevelSecurity { enabled, forced };
    let nothing = |what| AlterAction::NoEffect { what, column: non_empty(&command.name) };
    let parent = || match def?.node.as_ref()? {
        NodeEnum::RangeVar(relation) => Some(lower.relation(Some(relation))),
        _ => None,
    };
    Some(match T::try_from(command.subtype).unwrap_or_default() {
        T::AtEnableTrig | T::AtEnableTrigAll | T::AtEnableTrigUser => trigger('O'),
        T::AtEnableAlwaysTrig => trigger('A'),
        T::AtEnableReplicaTrig => trigger('R'),
        T::AtDisableTrig | T::AtDisableTrigAll | T::AtDisableTrigUser => trigger('D'),
        T::AtEnableRowSecurity => security(Some(true), None),
        T::AtDisableRowSecurity => security(Some(false), None),
        T::AtForceRowSecurity => security(None, Some(true)),
        T::AtNoForceRowSecurity => security(None, Some(false)),
        T::AtAttachPartition => attach(lower, partition_command(def?)?, kind),
        T::AtDetachPartition | T::AtDetachPartitionFinalize => {
            AlterAction::DetachPartition { partition: lower.relation(partition_command(def?)?.name.as_ref()) }
        }
        T::AtAddInherit => AlterAction::Inherit { parent: parent()? },
        T::AtDropInherit => AlterAction::NoInherit { parent: parent()? },
        T::AtSetLogged => AlterAction::SetPersistence(Persistence::Permanent),
        T::AtSetUnLogged => AlterAction::SetPersistence(Persistence::Unlogged),
        T::AtSetRelOptions => AlterAction::SetOptions(lower.options(list_items(def))),
        T::AtResetRelOptions => {
            AlterAction::ResetOptions(list_items(def).iter().filter_map(def_elem).map(option_name).collect())
        }
        T::AtAddOf => match def?.node.as_ref()? {
            NodeEnum::TypeName(ty) => AlterAction::OfType { ty: Some(type_as_name(lower, ty)) },
            _ => return None,
        },
        T::AtDropOf => AlterAction::OfType { ty: None },
        T::AtReplicaIdentity => match def.and_then(|n| n.node.as_ref()) {
            Some(NodeEnum::ReplicaIdentityStmt(n)) => AlterAction::ReplicaIdentity { index: non_empty(&n.name) },
            _ => AlterAction::ReplicaIdentity { index: None },
        },
        T::AtChangeOwner => AlterAction::Owner { role: command.newowner.as_ref().map(role_name).unwrap_or_default() },
        T::AtSetStatistics => nothing("SET STATISTICS"),
        T::AtSetOptions | T::AtResetOptions => nothing("SET"),
        T::AtSetStorage => nothing("SET STORAGE"),
        T::AtSetCompression => nothing("SET COMPRESSION"),
        T::AtClusterOn => AlterAction::NoEffect { what: "CLUSTER ON", column: None },
        T::AtDropCluster => nothing("SET WITHOUT CLUSTER"),
        T::AtDropOids => nothing("SET WITHOUT OIDS"),
        T::AtSetAccessMethod => AlterAction::NoEffect { what: "SET ACCESS METHOD", column: None },
        T::AtSetTableSpace => AlterAction::NoEffect { what: "SET TABLESPACE", column: None },
        T::AtEnableRule | T::AtEnableAlwaysRule | T::AtEnableReplicaRule | T::AtDisableRule => {
            AlterAction::NoEffect { what: "RULE STATE", column: None }
        }
        T::AtGenericOptions | T::AtAlterColumnGenericOptions => nothing("OPTIONS"),
        _ => return None,
    })
}

fn partition_command(def: &Node) -> Option<&PartitionCmd> {
    match def.node.as_ref()? {
        NodeEnum::PartitionCmd(command) => Some(command),
        _ => None,
    }
}

fn attach(lower: &Lower<'_>, command: &PartitionCmd, kind: RelationKind) -> AlterAction {
    let name = lower.relation(command.name.as_ref());
    if kind == RelationKind::Index {
        return AlterAction::AttachIndex { index: name };
    }
    let bound = command.bound.as_ref().map_or_else(|| Bound { sql: "DEFAULT".into(), flaw: None }, partition_bound);
    AlterAction::AttachPartition { partition: name, bound }
}
