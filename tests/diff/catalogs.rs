//! Catalogs made up from a list of numbers, for properties: every catalog is one that a server would have.

use undrift::model::Catalog;
use undrift::model::{
    Action, Check, Column, CompositeType, Default, Deferrable, Domain, EnumLabel, EnumType, Exclusion, Expr, Extension,
    ForeignKey, Function, FunctionKind, Index, IndexKey, IndexKeyPart, Key, Known, MatchKind, Namespace, NullsOrder,
    Origin, Policy, PolicyCommand, QualifiedName, Sequence, SequenceOptions, SortOrder, Table, Trigger, TypeName, View,
};
use undrift::source::{SourceMap, Span};

/// A stream of choices; when the numbers end, the first of everything.
pub(crate) struct Choices<'a>(std::slice::Iter<'a, u16>);

impl<'a> Choices<'a> {
    pub(crate) fn new(numbers: &'a [u16]) -> Self {
        Self(numbers.iter())
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0.next().map_or(0, |&n| usize::from(n) % limit.max(1))
    }

    pub(crate) fn flip(&mut self) -> bool {
        self.below(2) == 1
    }

    pub(crate) fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}

pub(crate) fn span() -> Span {
    Span::file_start(SourceMap::default().add("made-up", String::new()).id)
}

pub(crate) fn origin() -> Origin {
    Origin::at(span())
}

pub(crate) fn expr(sql: &str) -> Expr {
    Expr::new(sql, span())
}

/// Types with two defaults each.
const TYPES: &[(&str, &[&str], [&str; 2])] = &[
    ("integer", &[], ["0", "7"]),
    ("text", &[], ["'a'", "'b'"]),
    ("character varying", &["20"], ["'a'", "'b'"]),
    ("numeric", &["10", "2"], ["1.5", "2.5"]),
    ("boolean", &[], ["true", "false"]),
    ("timestamp with time zone", &[], ["now()", "clock_timestamp()"]),
    ("jsonb", &[], ["'{}'", "'[]'"]),
    ("uuid", &[], ["gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'"]),
];

pub(crate) fn a_type(choices: &mut Choices<'_>) -> (TypeName, [&'static str; 2]) {
    let (name, modifiers, defaults) = choices.pick(TYPES);
    (TypeName::built_in(name).with_modifiers(modifiers.iter().copied()), defaults)
}

pub(crate) fn a_column(name: &str, choices: &mut Choices<'_>) -> Column {
    let (ty, defaults) = a_type(choices);
    let default = choices.flip().then(|| Default::new(expr(choices.pick(&defaults))));
    Column {
        name: name.into(),
        ty: Known::Known(ty),
        not_null: Known::Known(choices.flip()),
        default: Known::Known(default),
        identity: None,
        generated: Known::Known(None),
        collation: None,
        comment: None,
        inherited: false,
        origin: origin(),
    }
}

fn an_id() -> Column {
    Column {
        name: "id".into(),
        ty: Known::Known(TypeName::built_in("integer")),
        not_null: Known::Known(true),
        default: Known::Known(None),
        ..a_column("id", &mut Choices::new(&[]))
    }
}

pub(crate) fn a_key(name: &str, columns: &[&str]) -> Key {
    Key {
        name: name.into(),
        named: true,
        columns: columns.iter().map(|&c| c.to_owned()).collect(),
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
        options: Vec::new(),
        comment: None,
        column_names: None,
        index_comment: None,
        inherited: false,
        origin: origin(),
    }
}

pub(crate) fn an_index(name: &str, column: &str, choices: &mut Choices<'_>) -> Index {
    let mut key = IndexKey::column(column);
    key.order = choices.pick(&[SortOrder::Ascending, SortOrder::Descending]);
    key.nulls = choices.pick(&[None, Some(NullsOrder::First), Some(NullsOrder::Last)]);
    let predicate = choices.flip().then(|| expr(&format!("\"{column}\" IS NOT NULL")));
    Index {
        name: name.into(),
        named: true,
        unique: choices.flip(),
        nulls_not_distinct: false,
        method: "btree".into(),
        keys: vec![key],
        include: Vec::new(),
        predicate: Known::Known(predicate),
        options: Vec::new(),
        only: false,
        set_for: Vec::new(),
        comment: None,
        column_names: None,
        partition_of: None,
        origin: origin(),
    }
}

pub(crate) fn a_check(name: &str, limit: usize) -> Check {
    Check {
        name: name.into(),
        named: true,
        expr: Known::Known(expr(&format!("id > {limit}"))),
        no_inherit: false,
        not_valid: false,
        set_for: Vec::new(),
        comment: None,
        inherited: false,
        origin: origin(),
    }
}

pub(crate) fn a_foreign_key(name: &str, target: &QualifiedName, choices: &mut Choices<'_>) -> ForeignKey {
    ForeignKey {
        name: name.into(),
        named: true,
        columns: vec!["id".into()],
        ref_table: target.clone(),
        ref_columns: vec!["id".into()],
        ref_index: None,
        on_delete: choices.pick(&[Action::NoAction, Action::Cascade, Action::Restrict]),
        on_update: Action::NoAction,
        on_delete_columns: Vec::new(),
        match_kind: MatchKind::Simple,
        deferrable: Deferrable::No,
        not_valid: false,
        comment: None,
        inherited: false,
        origin: origin(),
    }
}

pub(crate) fn a_policy(name: &str, choices: &mut Choices<'_>) -> Policy {
    Policy {
        name: name.into(),
        permissive: choices.flip(),
        command: choices.pick(&[PolicyCommand::All, PolicyCommand::Select, PolicyCommand::Delete]),
        roles: Known::Known(vec!["public".into()]),
        using: Known::Known(Some(expr("id > 1"))),
        with_check: Known::Known(None),
        comment: None,
        origin: origin(),
    }
}

pub(crate) fn an_enum(name: QualifiedName, choices: &mut Choices<'_>) -> EnumType {
    let mut labels = vec!["a", "b", "c", "d"];
    labels.rotate_left(choices.below(4));
    labels.truncate(2 + choices.below(3));
    let labels = labels.into_iter().map(|value| EnumLabel { value: value.into(), span: span() }).collect();
    EnumType { name, labels: Known::Known(labels), comment: None, origin: origin() }
}

pub(crate) fn a_sequence(name: QualifiedName, choices: &mut Choices<'_>) -> Sequence {
    let options = SequenceOptions { increment: Some(1 + choices.below(3) as i64), ..SequenceOptions::default() };
    Sequence { name, options, owned_by: None, identity: false, comment: None, origin: origin() }
}

pub(crate) fn a_view(name: QualifiedName, choices: &mut Choices<'_>) -> View {
    View {
        name,
        materialized: choices.flip(),
        query: Known::Known(expr(&format!("SELECT {} AS one", choices.below(2)))),
        columns: Known::Known(vec![Column { name: "one".into(), ..an_id() }]),
        options: Vec::new(),
        check_option: None,
        with_data: true,
        existing: false,
        indexes: Vec::new(),
        triggers: Vec::new(),
        comment: None,
        origin: origin(),
    }
}

pub(crate) fn a_table(name: QualifiedName, targets: &[QualifiedName], choices: &mut Choices<'_>) -> Table {
    let mut table = Table::new(name.clone(), origin());
    table.columns.push(an_id());
    for column in ["b", "c", "d", "e"].into_iter().take(1 + choices.below(4)) {
        table.columns.push(a_column(column, choices));
    }
    let called = |what: &str| format!("{}_{}_{what}", name.schema, name.name);
    table.primary_key = Some(a_key(&called("pkey"), &["id"]));
    if choices.flip() {
        table.uniques.push(a_key(&called("key"), &["b"]));
    }
    if choices.flip() {
        table.indexes.push(an_index(&called("idx"), "b", choices));
    }
    if choices.flip() {
        let column = expr("id + 1");
        let mut index = an_index(&called("expr_idx"), "b", choices);
        index.keys = vec![IndexKey { part: IndexKeyPart::Expr(Known::Known(column)), ..IndexKey::column("b") }];
        table.indexes.push(index);
    }
    if choices.flip() {
        table.checks.push(a_check(&called("check"), choices.below(3)));
    }
    if choices.flip() && !targets.is_empty() {
        let target = choices.pick(targets);
        table.foreign_keys.push(a_foreign_key(&called("fk"), &target, choices));
    }
    table.row_level_security.enabled = choices.flip();
    if choices.flip() {
        table.policies.push(a_policy("own", choices));
    }
    table
}

fn a_trigger(table: &QualifiedName, choices: &mut Choices<'_>) -> Trigger {
    let event = choices.pick(&["INSERT", "UPDATE"]);
    let definition = format!(
        "CREATE TRIGGER touched BEFORE {event} ON {}.{} FOR EACH ROW EXECUTE FUNCTION touch()",
        table.schema, table.name
    );
    Trigger {
        name: "touched".into(),
        function: None,
        definition: Known::Known(definition),
        enabled: 'O',
        constraint: false,
        comment: None,
        origin: origin(),
    }
}

pub(crate) fn a_function(name: QualifiedName, choices: &mut Choices<'_>) -> Function {
    let body = format!(" SELECT {} ", choices.below(3));
    Function {
        kind: FunctionKind::Function,
        arguments: Vec::new(),
        returns: Some(TypeName::built_in("integer")),
        language: Some("sql".into()),
        definition: format!(
            "CREATE FUNCTION {}.{}() RETURNS integer LANGUAGE sql AS $${body}$$",
            name.schema, name.name
        ),
        body: Some(body),
        search_path: vec!["public".into()],
        comment: None,
        origin: origin(),
        name,
    }
}

fn a_domain(name: QualifiedName, choices: &mut Choices<'_>) -> Domain {
    Domain {
        name,
        base: TypeName::built_in("integer"),
        not_null: choices.flip(),
        default: choices.flip().then(|| expr("1")),
        checks: vec![Check { expr: Known::Known(expr("VALUE > 0")), ..a_check("positive", 0) }],
        collation: None,
        comment: None,
        origin: origin(),
    }
}

fn a_composite(name: QualifiedName) -> CompositeType {
    let attributes = ["x", "y"].map(|name| (name.to_owned(), Known::Known(TypeName::built_in("integer"))));
    CompositeType { name, attributes: attributes.into(), comment: None, origin: origin() }
}

fn an_exclusion(name: &str) -> Exclusion {
    Exclusion {
        name: name.into(),
        named: true,
        method: "gist".into(),
        elements: vec![(IndexKey::column("id"), "=".into())],
        include: Vec::new(),
        predicate: None,
        deferrable: Deferrable::No,
        comment: None,
        column_names: None,
        index_comment: None,
        origin: origin(),
    }
}

/// What only SQL declares, in a catalog beside which nothing is tried on a server.
pub(crate) fn a_whole_catalog(numbers: &[u16]) -> Catalog {
    let mut catalog = a_catalog(numbers);
    let choices = &mut Choices::new(numbers);
    for name in catalog.tables.keys().cloned().collect::<Vec<_>>() {
        if choices.flip() {
            let trigger = a_trigger(&name, choices);
            catalog.tables[&name].triggers.push(trigger);
        }
        if choices.flip() {
            let exclusion = an_exclusion(&format!("{}_{}_excl", name.schema, name.name));
            catalog.tables[&name].exclusions.push(exclusion);
        }
    }
    let function = a_function(QualifiedName::public("count"), choices);
    catalog.functions.push(function);
    let domain = a_domain(QualifiedName::public("amount"), choices);
    catalog.domains.insert(domain.name.clone(), domain);
    let composite = a_composite(QualifiedName::public("point"));
    catalog.composites.insert(composite.name.clone(), composite);
    let extension = Extension { name: "citext".into(), schema: None, version: None, comment: None, origin: origin() };
    catalog.extensions.insert("citext".into(), extension);
    catalog
}

/// A catalog of up to three tables, in up to two schemas, with an enum, a sequence and a view perhaps.
pub(crate) fn a_catalog(numbers: &[u16]) -> Catalog {
    let choices = &mut Choices::new(numbers);
    let mut catalog = Catalog::new_database();
    let mut schemas = vec!["public"];
    if choices.flip() {
        schemas.push("app");
        let namespace = Namespace { name: "app".into(), comment: None, origin: Some(origin()) };
        catalog.schemas.insert("app".into(), namespace);
    }
    for name in ["role", "state"] {
        if choices.flip() {
            let ty = an_enum(QualifiedName::new(choices.pick(&schemas), name), choices);
            catalog.enums.insert(ty.name.clone(), ty);
        }
    }
    for name in ["numbers"] {
        if choices.flip() {
            let sequence = a_sequence(QualifiedName::new(choices.pick(&schemas), name), choices);
            catalog.sequences.insert(sequence.name.clone(), sequence);
        }
    }
    let mut names: Vec<QualifiedName> = Vec::new();
    for name in ["one", "two", "three"].into_iter().take(choices.below(4)) {
        let mut table = a_table(QualifiedName::new(choices.pick(&schemas), name), &names, choices);
        if let Some(ty) = catalog.enums.keys().next().filter(|_| choices.flip()) {
            let mut column = a_column("kind", &mut Choices::new(&[]));
            column.ty = Known::Known(TypeName::defined(ty));
            column.default = Known::Known(None);
            table.columns.push(column);
        }
        names.push(table.name.clone());
        catalog.tables.insert(table.name.clone(), table);
    }
    if choices.flip() {
        let view = a_view(QualifiedName::new(choices.pick(&schemas), "seen"), choices);
        catalog.views.insert(view.name.clone(), view);
    }
    catalog
}
