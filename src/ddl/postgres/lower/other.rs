//! The rest of the grammar: policies, extensions, roles, carried objects, and all that changes nothing in the model.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AlterPolicyStmt, AlterPublicationStmt, CreateExtensionStmt, CreatePolicyStmt, CreateSchemaStmt, DefElem,
    DefineStmt, ObjectType, TypeName as RawType,
};

use super::context::{Lower, cut, def_elem, non_empty, role_name, roles, scalar};
use super::data::no_effect_on;
use super::object::words;
use super::{function, object, policy_roles};
use crate::ddl::postgres::types::{lower_type, print_type};
use crate::ddl::{CreatePolicy, Name, Op, Statement};
use crate::model::PolicyCommand;

pub(super) fn lower(lower: &Lower<'_>, node: &NodeEnum) -> Option<Op> {
    Some(match node {
        NodeEnum::CreateSchemaStmt(n) => create_schema(lower, n),
        NodeEnum::CreatePolicyStmt(n) => create_policy(lower, n),
        NodeEnum::AlterPolicyStmt(n) => alter_policy(lower, n),
        NodeEnum::CreateExtensionStmt(n) => create_extension(n),
        NodeEnum::CreateRoleStmt(n) => Op::CreateRole { name: cut(&n.role), plain: is_plain(&n.options) },
        NodeEnum::AlterRoleStmt(n) => {
            Op::RolesGain { names: n.role.iter().map(role_name).collect(), granted: Vec::new() }
        }
        NodeEnum::DropRoleStmt(n) => object::drop_roles(n),
        NodeEnum::DefineStmt(n) => define(lower, n),
        NodeEnum::GrantStmt(n) => nothing(if n.is_grant { "GRANT" } else { "REVOKE" }),
        NodeEnum::GrantRoleStmt(n) if n.is_grant => {
            Op::RolesGain { names: roles(&n.grantee_roles), granted: granted_roles(&n.granted_roles) }
        }
        NodeEnum::GrantRoleStmt(_) => nothing("REVOKE ROLE"),
        NodeEnum::AlterDatabaseSetStmt(n) => match n.setstmt.as_ref().map(super::data::set) {
            Some(Op::Set { name, values, .. }) => Op::SetForDatabase { name, values },
            _ => nothing("ALTER DATABASE"),
        },
        NodeEnum::AlterOwnerStmt(n) => object::set_owner(lower, n),
        NodeEnum::AlterDefaultPrivilegesStmt(_) => nothing("ALTER DEFAULT PRIVILEGES"),
        NodeEnum::LockStmt(n) => {
            Op::NoEffect { what: "LOCK TABLE", relation: object::relations(lower, &n.relations).into_iter().next() }
        }
        NodeEnum::VacuumStmt(n) => nothing(if n.is_vacuumcmd { "VACUUM" } else { "ANALYZE" }),
        NodeEnum::ReindexStmt(n) => no_effect_on(lower, "REINDEX", n.relation.as_ref()),
        NodeEnum::ClusterStmt(n) => no_effect_on(lower, "CLUSTER", n.relation.as_ref()),
        _ => return carried(lower, node).or_else(|| session(node).map(nothing)).or_else(|| opaque(node)),
    })
}

/// The roles of GRANT, which the grammar reads as privileges.
fn granted_roles(nodes: &[pg_query::protobuf::Node]) -> Vec<String> {
    let name = |node: &pg_query::protobuf::Node| match node.node.as_ref()? {
        NodeEnum::AccessPriv(privilege) => Some(cut(&privilege.priv_name)),
        _ => None,
    };
    nodes.iter().filter_map(name).collect()
}

/// Whether a new role has only what it will own.
fn is_plain(options: &[pg_query::protobuf::Node]) -> bool {
    options.iter().filter_map(def_elem).all(|d| match d.defname.as_str() {
        "superuser" => !super::context::boolean(d.arg.as_deref()),
        "addroleto" | "rolemembers" | "adminmembers" => false,
        _ => true,
    })
}

fn nothing(what: &'static str) -> Op {
    Op::NoEffect { what, relation: None }
}

fn create_schema(lower: &Lower<'_>, raw: &CreateSchemaStmt) -> Op {
    let name = non_empty(&raw.schemaname).or_else(|| raw.authrole.as_ref().map(role_name));
    let elements = raw.schema_elts.iter().filter_map(|n| n.node.as_ref()).map(|n| {
        let mut inner = Lower::new(lower.source, lower.range.clone());
        Statement { span: lower.statement_span(), op: super::lower(&mut inner, n) }
    });
    let mut elements: Vec<Statement> = elements.collect();
    elements.sort_by_key(|element| element_rank(&element.op));
    let owner = raw.authrole.as_ref().map(role_name);
    Op::CreateSchema { name, if_not_exists: raw.if_not_exists, owner, elements }
}

/// The order in which the server makes what stands in CREATE SCHEMA (`transformCreateSchemaStmtElements`).
fn element_rank(op: &Op) -> u8 {
    match op {
        Op::CreateSequence { .. } => 0,
        Op::CreateTable(_) => 1,
        Op::CreateView(_) => 2,
        Op::CreateIndex(_) => 3,
        Op::CreateTrigger(_) => 4,
        _ => 5,
    }
}

fn create_policy(lower: &Lower<'_>, raw: &CreatePolicyStmt) -> Op {
    Op::CreatePolicy(CreatePolicy {
        name: cut(&raw.policy_name),
        table: lower.relation(raw.table.as_ref()),
        permissive: raw.permissive,
        command: match raw.cmd_name.as_str() {
            "select" => PolicyCommand::Select,
            "insert" => PolicyCommand::Insert,
            "update" => PolicyCommand::Update,
            "delete" => PolicyCommand::Delete,
            _ => PolicyCommand::All,
        },
        roles: policy_roles(&raw.roles),
        using: lower.optional_expr(raw.qual.as_deref()),
        with_check: lower.optional_expr(raw.with_check.as_deref()),
    })
}

fn alter_policy(lower: &Lower<'_>, raw: &AlterPolicyStmt) -> Op {
    Op::AlterPolicy {
        name: cut(&raw.policy_name),
        table: lower.relation(raw.table.as_ref()),
        roles: (!raw.roles.is_empty()).then(|| roles(&raw.roles)),
        using: lower.optional_expr(raw.qual.as_deref()),
        with_check: lower.optional_expr(raw.with_check.as_deref()),
    }
}

fn create_extension(raw: &CreateExtensionStmt) -> Op {
    let options: Vec<&DefElem> = raw.options.iter().filter_map(def_elem).collect();
    let text = |name: &str| {
        let def = options.iter().find(|d| d.defname == name)?;
        def.arg.as_deref()?.node.as_ref().and_then(scalar)
    };
    Op::CreateExtension {
        name: cut(&raw.extname),
        if_not_exists: raw.if_not_exists,
        schema: text("schema").map(|s| cut(&s)),
        version: text("new_version"),
        cascade: options.iter().any(|d| d.defname == "cascade" && super::context::boolean(d.arg.as_deref())),
    }
}

/// CREATE AGGREGATE, OPERATOR, TYPE, COLLATION and TEXT SEARCH objects share a node.
fn define(lower: &Lower<'_>, raw: &DefineStmt) -> Op {
    let kind = ObjectType::try_from(raw.kind).unwrap_or_default();
    match kind {
        ObjectType::ObjectAggregate => function::create_aggregate(lower, raw),
        ObjectType::ObjectType => super::types::define_type(lower, raw),
        _ => Op::CreateOpaque {
            what: words(kind).into(),
            name: lower.name(&raw.defnames),
            on: None,
            if_not_exists: raw.if_not_exists,
            replace: raw.replace,
        },
    }
}

fn create(what: &str, name: Name) -> Op {
    Op::CreateOpaque { what: what.into(), name, on: None, if_not_exists: false, replace: false }
}

fn create_if(what: &str, name: Name, if_not_exists: bool) -> Op {
    Op::CreateOpaque { what: what.into(), name, on: None, if_not_exists, replace: false }
}

/// Objects that are carried as text.
fn carried(lower: &Lower<'_>, node: &NodeEnum) -> Option<Op> {
    Some(match node {
        NodeEnum::RuleStmt(n) => Op::CreateOpaque {
            what: "rule".into(),
            name: lower.bare(&n.rulename),
            on: Some(lower.relation(n.relation.as_ref())),
            if_not_exists: false,
            replace: n.replace,
        },
        NodeEnum::CreateEventTrigStmt(n) => create("event trigger", lower.bare(&n.trigname)),
        NodeEnum::CreatePlangStmt(n) => create("language", lower.bare(&n.plname)),
        NodeEnum::CreateAmStmt(n) => create("access method", lower.bare(&n.amname)),
        NodeEnum::CreateFdwStmt(n) => create("foreign data wrapper", lower.bare(&n.fdwname)),
        NodeEnum::CreateForeignServerStmt(n) => create_if("server", lower.bare(&n.servername), n.if_not_exists),
        NodeEnum::CreateUserMappingStmt(n) => {
            let user = n.user.as_ref().map(role_name).unwrap_or_default();
            let name = Name { name: format!("{user}@{}", n.servername), ..lower.bare(&n.servername) };
            create_if("user mapping", name, n.if_not_exists)
        }
        NodeEnum::CreateOpClassStmt(n) => create("operator class", lower.name(&n.opclassname)),
        NodeEnum::CreateOpFamilyStmt(n) => create("operator family", lower.name(&n.opfamilyname)),
        NodeEnum::CreateStatsStmt(n) => Op::CreateOpaque {
            what: "statistics".into(),
            name: lower.name(&n.defnames),
            on: object::relations(lower, &n.relations).into_iter().next(),
            if_not_exists: n.if_not_exists,
            replace: false,
        },
        NodeEnum::CreateConversionStmt(n) => create("conversion", lower.name(&n.conversion_name)),
        NodeEnum::CreateCastStmt(n) => create("cast", cast_name(lower, n.sourcetype.as_ref(), n.targettype.as_ref())),
        NodeEnum::CreateTransformStmt(n) => {
            let ty = n.type_name.as_ref().map(type_text).unwrap_or_default();
            let name = Name { schema: None, name: format!("{ty} for {}", n.lang), span: lower.statement_span() };
            Op::CreateOpaque { what: "transform".into(), name, on: None, if_not_exists: false, replace: n.replace }
        }
        NodeEnum::CreatePublicationStmt(n) => create("publication", lower.bare(&n.pubname)),
        NodeEnum::CreateSubscriptionStmt(n) => create("subscription", lower.bare(&n.subname)),
        NodeEnum::CreateTableSpaceStmt(n) => create("tablespace", lower.bare(&n.tablespacename)),
        NodeEnum::DropTableSpaceStmt(n) => object::drop_opaque(lower, "tablespace", &n.tablespacename, n.missing_ok),
        NodeEnum::DropSubscriptionStmt(n) => object::drop_opaque(lower, "subscription", &n.subname, n.missing_ok),
        NodeEnum::DropUserMappingStmt(n) => {
            let user = n.user.as_ref().map(role_name).unwrap_or_default();
            object::drop_opaque(lower, "user mapping", &format!("{user}@{}", n.servername), n.missing_ok)
        }
        _ => return altered(lower, node),
    })
}

fn type_text(raw: &RawType) -> String {
    print_type(&lower_type(raw).ty)
}

pub(super) fn cast_name(lower: &Lower<'_>, from: Option<&RawType>, to: Option<&RawType>) -> Name {
    let side = |ty: Option<&RawType>| ty.map(type_text).unwrap_or_default();
    let name = format!("{} as {}", side(from), side(to));
    Name { schema: None, name, span: lower.statement_span() }
}

fn alter(what: &str, name: Name) -> Op {
    Op::AlterOpaque { what: what.into(), name }
}

/// Changes of carried objects: they are carried as statements, too.
fn altered(lower: &Lower<'_>, node: &NodeEnum) -> Option<Op> {
    Some(match node {
        NodeEnum::AlterFunctionStmt(n) => {
            let kind = object::function_kind(ObjectType::try_from(n.objtype).unwrap_or_default()).flatten();
            Op::AlterFunction(function::function_ref(lower, kind, n.func.as_ref()?))
        }
        NodeEnum::AlterPublicationStmt(n) => alter_publication(lower, n),
        NodeEnum::AlterSubscriptionStmt(n) => alter("subscription", lower.bare(&n.subname)),
        NodeEnum::AlterEventTrigStmt(n) => alter("event trigger", lower.bare(&n.trigname)),
        NodeEnum::AlterFdwStmt(n) => alter("foreign data wrapper", lower.bare(&n.fdwname)),
        NodeEnum::AlterForeignServerStmt(n) => alter("server", lower.bare(&n.servername)),
        NodeEnum::AlterUserMappingStmt(n) => {
            let user = n.user.as_ref().map(role_name).unwrap_or_default();
            alter("user mapping", Name { name: format!("{user}@{}", n.servername), ..lower.bare(&n.servername) })
        }
        NodeEnum::AlterOpFamilyStmt(n) => alter("operator family", lower.name(&n.opfamilyname)),
        NodeEnum::AlterOperatorStmt(n) => alter("operator", lower.name(&n.opername.as_ref()?.objname)),
        NodeEnum::AlterTypeStmt(n) => alter("type", lower.name(&n.type_name)),
        NodeEnum::AlterStatsStmt(n) => alter("statistics", lower.name(&n.defnames)),
        NodeEnum::AlterTsdictionaryStmt(n) => alter("text search dictionary", lower.name(&n.dictname)),
        NodeEnum::AlterTsconfigurationStmt(n) => alter("text search configuration", lower.name(&n.cfgname)),
        _ => return None,
    })
}

fn alter_publication(lower: &Lower<'_>, raw: &AlterPublicationStmt) -> Op {
    alter("publication", lower.bare(&raw.pubname))
}

/// Statements whose effects are outside the model: sessions, privileges, storage, whole servers. Gives the command tag.
fn session(node: &NodeEnum) -> Option<&'static str> {
    Some(match node {
        NodeEnum::VariableShowStmt(_) => "SHOW",
        NodeEnum::AlterRoleSetStmt(_) => "ALTER ROLE",
        NodeEnum::AlterExtensionStmt(_) | NodeEnum::AlterExtensionContentsStmt(_) => "ALTER EXTENSION",
        NodeEnum::AlterObjectDependsStmt(_) => "ALTER DEPENDS",
        NodeEnum::AlterCollationStmt(_) => "ALTER COLLATION",
        NodeEnum::AlterTableSpaceOptionsStmt(_) => "ALTER TABLESPACE",
        NodeEnum::AlterTableMoveAllStmt(_) => "ALTER TABLE ALL IN TABLESPACE",
        NodeEnum::SecLabelStmt(_) => "SECURITY LABEL",
        NodeEnum::DeclareCursorStmt(_) => "DECLARE CURSOR",
        NodeEnum::ClosePortalStmt(_) => "CLOSE CURSOR",
        NodeEnum::FetchStmt(_) => "FETCH",
        NodeEnum::NotifyStmt(_) => "NOTIFY",
        NodeEnum::ListenStmt(_) => "LISTEN",
        NodeEnum::UnlistenStmt(_) => "UNLISTEN",
        NodeEnum::LoadStmt(_) => "LOAD",
        NodeEnum::CreatedbStmt(_) => "CREATE DATABASE",
        NodeEnum::DropdbStmt(_) => "DROP DATABASE",
        NodeEnum::AlterDatabaseStmt(_)
        | NodeEnum::AlterDatabaseRefreshCollStmt(_)
        | NodeEnum::AlterDatabaseSetStmt(_) => "ALTER DATABASE",
        NodeEnum::AlterSystemStmt(_) => "ALTER SYSTEM",
        NodeEnum::ExplainStmt(_) => "EXPLAIN",
        NodeEnum::CheckPointStmt(_) => "CHECKPOINT",
        NodeEnum::ConstraintsSetStmt(_) => "SET CONSTRAINTS",
        NodeEnum::PrepareStmt(_) => "PREPARE",
        NodeEnum::ExecuteStmt(_) => "EXECUTE",
        NodeEnum::DeallocateStmt(_) => "DEALLOCATE",
        NodeEnum::ReassignOwnedStmt(_) => "REASSIGN OWNED",
        NodeEnum::DiscardStmt(_) => "DISCARD",
        _ => return None,
    })
}

fn opaque(node: &NodeEnum) -> Option<Op> {
    let (what, why) = match node {
        NodeEnum::ImportForeignSchemaStmt(_) => {
            ("IMPORT FOREIGN SCHEMA", "the tables that it makes are defined in another database")
        }
        NodeEnum::DropOwnedStmt(_) => ("DROP OWNED", "who owns what is not known"),
        _ => return None,
    };
    Some(Op::Opaque { what: what.into(), why: why.into() })
}
