//! DROP, RENAME, SET SCHEMA and COMMENT of every kind of object.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AlterObjectSchemaStmt, AlterOwnerStmt, CommentStmt, DropRoleStmt, DropStmt, Node, ObjectType, RangeVar, RenameStmt,
    TypeName as RawType,
};

use super::alter::{is_cascade, relation_kind};
use super::context::{Lower, cut, role_name, roles};
use super::function::{function_ref, object_parts};
use super::table::type_as_name;
use crate::ddl::{CommentTarget, DropTarget, Name, Op, Owned, RenameTarget, Routine, SchemaTarget};
use crate::model::{FunctionKind, ObjectKind};

fn is_relation(kind: ObjectType) -> bool {
    matches!(
        kind,
        ObjectType::ObjectTable
            | ObjectType::ObjectForeignTable
            | ObjectType::ObjectView
            | ObjectType::ObjectMatview
            | ObjectType::ObjectIndex
            | ObjectType::ObjectSequence
    )
}

/// The kind of a routine, ROUTINE being any; the outer `None` for other objects.
pub(super) fn function_kind(kind: ObjectType) -> Option<Option<FunctionKind>> {
    Some(match kind {
        ObjectType::ObjectRoutine => None,
        ObjectType::ObjectFunction => Some(FunctionKind::Function),
        ObjectType::ObjectProcedure => Some(FunctionKind::Procedure),
        ObjectType::ObjectAggregate => Some(FunctionKind::Aggregate),
        _ => return None,
    })
}

/// PostgreSQL's words for a kind of object that is carried.
pub(super) fn words(kind: ObjectType) -> &'static str {
    match kind {
        ObjectType::ObjectAccessMethod => "access method",
        ObjectType::ObjectCast => "cast",
        ObjectType::ObjectCollation => "collation",
        ObjectType::ObjectConversion => "conversion",
        ObjectType::ObjectDatabase => "database",
        ObjectType::ObjectEventTrigger => "event trigger",
        ObjectType::ObjectFdw => "foreign data wrapper",
        ObjectType::ObjectForeignServer => "server",
        ObjectType::ObjectLanguage => "language",
        ObjectType::ObjectLargeobject => "large object",
        ObjectType::ObjectOpclass => "operator class",
        ObjectType::ObjectOperator => "operator",
        ObjectType::ObjectOpfamily => "operator family",
        ObjectType::ObjectPublication => "publication",
        ObjectType::ObjectRule => "rule",
        ObjectType::ObjectStatisticExt => "statistics",
        ObjectType::ObjectSubscription => "subscription",
        ObjectType::ObjectTablespace => "tablespace",
        ObjectType::ObjectTransform => "transform",
        ObjectType::ObjectTsconfiguration => "text search configuration",
        ObjectType::ObjectTsdictionary => "text search dictionary",
        ObjectType::ObjectTsparser => "text search parser",
        ObjectType::ObjectTstemplate => "text search template",
        ObjectType::ObjectUserMapping => "user mapping",
        ObjectType::ObjectRole => "role",
        ObjectType::ObjectFunction => "function",
        ObjectType::ObjectProcedure => "procedure",
        ObjectType::ObjectRoutine => "routine",
        ObjectType::ObjectAggregate => "aggregate",
        _ => "object",
    }
}

pub(super) fn drop(lower: &Lower<'_>, raw: &DropStmt) -> Op {
    let kind = ObjectType::try_from(raw.remove_type).unwrap_or_default();
    let names = || -> Vec<Name> { raw.objects.iter().map(|n| lower.name_of(&object_parts(Some(n)))).collect() };
    let plain = || -> Vec<_> { names().into_iter().map(|n| (n.name, n.span)).collect() };
    // The last part of these is the object, the ones before it its table.
    let on_table = || -> (String, Name) {
        let parts = object_parts(raw.objects.first());
        let (last, table) = parts.split_last().map_or((String::new(), &[][..]), |(l, t)| (cut(l), t));
        (last, lower.name_of(table))
    };
    let what = match kind {
        _ if is_relation(kind) => DropTarget::Relations { kind: relation_kind(kind), names: names() },
        ObjectType::ObjectType | ObjectType::ObjectDomain => {
            let names = raw.objects.iter().filter_map(type_node).map(|t| type_as_name(lower, t)).collect();
            DropTarget::Types { names, domain: kind == ObjectType::ObjectDomain }
        }
        ObjectType::ObjectSchema => DropTarget::Schemas(plain()),
        ObjectType::ObjectExtension => DropTarget::Extensions(plain()),
        ObjectType::ObjectTrigger => {
            let (name, table) = on_table();
            DropTarget::Trigger { name, table }
        }
        ObjectType::ObjectPolicy => {
            let (name, table) = on_table();
            DropTarget::Policy { name, table }
        }
        ObjectType::ObjectRule => {
            let (name, table) = on_table();
            DropTarget::Rule { name, table }
        }
        _ => match function_kind(kind) {
            Some(kind) => {
                let routines = raw.objects.iter().filter_map(|n| routine(lower, kind, Some(n)));
                DropTarget::Functions(routines.collect())
            }
            None if kind == ObjectType::ObjectCast => {
                let names = raw.objects.iter().filter_map(|n| cast_of(lower, n));
                DropTarget::Opaque { what: words(kind).into(), names: names.collect() }
            }
            None => DropTarget::Opaque { what: words(kind).into(), names: names() },
        },
    };
    Op::Drop { what, if_exists: raw.missing_ok, cascade: is_cascade(raw.behavior), concurrently: raw.concurrent }
}

/// The cast that DROP CAST names by a list of two types.
fn cast_of(lower: &Lower<'_>, object: &Node) -> Option<Name> {
    let Some(NodeEnum::List(types)) = object.node.as_ref() else { return None };
    let [from, to] = types.items.as_slice() else { return None };
    Some(super::other::cast_name(lower, type_node(from), type_node(to)))
}

pub(super) fn drop_roles(raw: &DropRoleStmt) -> Op {
    Op::Drop {
        what: DropTarget::Roles(roles(&raw.roles)),
        if_exists: raw.missing_ok,
        cascade: false,
        concurrently: false,
    }
}

/// DROP of what has a statement of its own.
pub(super) fn drop_opaque(lower: &Lower<'_>, what: &str, name: &str, if_exists: bool) -> Op {
    let what = DropTarget::Opaque { what: what.into(), names: vec![lower.bare(name)] };
    Op::Drop { what, if_exists, cascade: false, concurrently: false }
}

fn type_node(node: &Node) -> Option<&RawType> {
    match node.node.as_ref()? {
        NodeEnum::TypeName(ty) => Some(ty),
        _ => None,
    }
}

fn routine(lower: &Lower<'_>, kind: Option<FunctionKind>, node: Option<&Node>) -> Option<Routine> {
    match node?.node.as_ref()? {
        NodeEnum::ObjectWithArgs(function) => Some(function_ref(lower, kind, function)),
        _ => None,
    }
}

pub(super) fn rename(lower: &Lower<'_>, raw: &RenameStmt) -> Op {
    let kind = ObjectType::try_from(raw.rename_type).unwrap_or_default();
    let relation_type = ObjectType::try_from(raw.relation_type).unwrap_or_default();
    let relation = || lower.relation(raw.relation.as_ref());
    let object = || lower.name_of(&object_parts(raw.object.as_deref()));
    let part = || cut(&raw.subname);
    let only = raw.relation.as_ref().is_some_and(|r| !r.inh);
    let what = match kind {
        _ if is_relation(kind) => RenameTarget::Relation { kind: relation_kind(kind), name: relation() },
        ObjectType::ObjectColumn => RenameTarget::Column { relation: relation(), only, column: part() },
        ObjectType::ObjectAttribute if relation_type == ObjectType::ObjectType || raw.relation.is_some() => {
            RenameTarget::Attribute { ty: relation(), attribute: part() }
        }
        ObjectType::ObjectTabconstraint => RenameTarget::Constraint { relation: relation(), only, constraint: part() },
        ObjectType::ObjectDomconstraint => RenameTarget::DomainConstraint { domain: object(), constraint: part() },
        ObjectType::ObjectType | ObjectType::ObjectDomain => {
            RenameTarget::Type { name: object(), domain: kind == ObjectType::ObjectDomain }
        }
        ObjectType::ObjectSchema => RenameTarget::Schema(part()),
        ObjectType::ObjectTrigger => RenameTarget::Trigger { table: relation(), trigger: part() },
        ObjectType::ObjectPolicy => RenameTarget::Policy { table: relation(), policy: part() },
        ObjectType::ObjectRule => RenameTarget::Rule { table: relation(), rule: part() },
        ObjectType::ObjectRole => RenameTarget::Role(part()),
        _ => match function_kind(kind).and_then(|kind| routine(lower, kind, raw.object.as_deref())) {
            Some(routine) => RenameTarget::Function(routine),
            None => {
                let name = if raw.object.is_some() { object() } else { lower.bare(&raw.subname) };
                RenameTarget::Opaque { what: words(kind).into(), name }
            }
        },
    };
    Op::Rename { what, to: cut(&raw.newname), if_exists: raw.missing_ok }
}

pub(super) fn set_schema(lower: &Lower<'_>, raw: &AlterObjectSchemaStmt) -> Op {
    let kind = ObjectType::try_from(raw.object_type).unwrap_or_default();
    let object = || lower.name_of(&object_parts(raw.object.as_deref()));
    let schema = cut(&raw.newschema);
    let what = match kind {
        _ if is_relation(kind) => {
            SchemaTarget::Relation { kind: relation_kind(kind), name: lower.relation(raw.relation.as_ref()) }
        }
        ObjectType::ObjectType | ObjectType::ObjectDomain => {
            SchemaTarget::Type { name: object(), domain: kind == ObjectType::ObjectDomain }
        }
        ObjectType::ObjectExtension => return Op::AlterExtensionSchema { name: object().name, schema },
        _ => match function_kind(kind).and_then(|kind| routine(lower, kind, raw.object.as_deref())) {
            Some(routine) => SchemaTarget::Function(routine),
            None => SchemaTarget::Opaque { what: words(kind).into(), name: object() },
        },
    };
    Op::SetSchema { what, schema, if_exists: raw.missing_ok }
}

pub(super) fn set_owner(lower: &Lower<'_>, raw: &AlterOwnerStmt) -> Op {
    let kind = ObjectType::try_from(raw.object_type).unwrap_or_default();
    let routine = function_kind(kind).and_then(|kind| routine(lower, kind, raw.object.as_deref()));
    let schema = || Some(cut(object_parts(raw.object.as_deref()).last()?));
    let schema = if kind == ObjectType::ObjectSchema { schema() } else { None };
    Op::SetOwner {
        of: routine.map(Owned::Routine).or(schema.map(Owned::Schema)).unwrap_or(Owned::Other),
        role: raw.newowner.as_ref().map(role_name).unwrap_or_default(),
    }
}

pub(super) fn comment(lower: &Lower<'_>, raw: &CommentStmt) -> Op {
    let kind = ObjectType::try_from(raw.objtype).unwrap_or_default();
    let node = raw.object.as_deref();
    let object = || lower.name_of(&object_parts(node));
    // The last part is the object, those before it its table.
    let split = || -> (Name, String) {
        let parts = object_parts(node);
        let (last, table) = parts.split_last().map_or((String::new(), &[][..]), |(l, t)| (cut(l), t));
        (lower.name_of(table), last)
    };
    let on = match kind {
        _ if is_relation(kind) => CommentTarget::Relation { kind: relation_kind(kind), name: object() },
        ObjectType::ObjectColumn => {
            let (relation, column) = split();
            CommentTarget::Column { relation, column }
        }
        ObjectType::ObjectTabconstraint => {
            let (relation, constraint) = split();
            CommentTarget::Constraint { relation, constraint }
        }
        ObjectType::ObjectTrigger => {
            let (table, trigger) = split();
            CommentTarget::Trigger { table, trigger }
        }
        ObjectType::ObjectPolicy => {
            let (table, policy) = split();
            CommentTarget::Policy { table, policy }
        }
        ObjectType::ObjectType | ObjectType::ObjectDomain => {
            CommentTarget::Type { name: object(), domain: kind == ObjectType::ObjectDomain }
        }
        ObjectType::ObjectSchema => CommentTarget::Schema(object().name),
        ObjectType::ObjectExtension => CommentTarget::Extension(object().name),
        _ => match function_kind(kind).and_then(|kind| routine(lower, kind, node)) {
            Some(routine) => CommentTarget::Function(routine),
            None => CommentTarget::Other { kind: other_kind(kind), what: words(kind) },
        },
    };
    // COMMENT … IS NULL and IS '' both remove it.
    let text = (!raw.comment.is_empty()).then(|| raw.comment.clone());
    Op::Comment { on, text }
}

fn other_kind(kind: ObjectType) -> Option<ObjectKind> {
    match kind {
        ObjectType::ObjectDomconstraint => Some(ObjectKind::Domain),
        _ => None,
    }
}

/// The relations of a list of names or range variables.
pub(super) fn relations(lower: &Lower<'_>, nodes: &[Node]) -> Vec<Name> {
    nodes.iter().filter_map(|n| range_var(n)).map(|r| lower.relation(Some(r))).collect()
}

fn range_var(node: &Node) -> Option<&RangeVar> {
    match node.node.as_ref()? {
        NodeEnum::RangeVar(relation) => Some(relation),
        _ => None,
    }
}
