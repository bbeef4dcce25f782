//! Objects and their differing parts in a few words of SQL, as findings show them.

use std::collections::HashSet;

use crate::diagnostic::Aspect;
use crate::diff::{Item, Pair};
use crate::model::{
    Action, Column, Deferrable, Domain, EnumType, Exclusion, ForeignKey, Function, Index, IndexKey, IndexKeyPart, Key,
    Known, NullsOrder, Persistence, Policy, Sequence, SortOrder, Table, TableKind, View,
};

/// How much of an expression or query is shown.
const SHOWN_AT_MOST: usize = 100;

/// The whole object: `numeric(10,2) not null default 0`. `None` where its name says all.
pub(super) fn whole(item: Item<'_>) -> Option<String> {
    Some(match item {
        Item::Column(column) => whole_column(column),
        Item::PrimaryKey(key) | Item::Unique(key) => list(&key.columns),
        Item::ForeignKey(fk) => format!("{}{}", references(fk), actions(fk)),
        Item::Check(check) => known(&check.expr, |e| shown(&e.sql)),
        Item::Index(index) => whole_index(index),
        Item::Exclusion(exclusion) => format!("exclude using {} {}", exclusion.method, elements(exclusion)),
        Item::Enum(ty) => known(&ty.labels, |labels| labels_shown(labels.iter().map(|l| l.value.as_str()))),
        Item::Domain(domain) => domain.base.to_string(),
        Item::Composite(ty) => {
            list(ty.attributes.iter().map(|(name, ty)| format!("{name} {}", known(ty, ToString::to_string))))
        }
        Item::Policy(policy) => format!("for {}{}", policy.command.as_str(), clauses(policy)),
        Item::Table(table) => match table.columns.len() {
            1 => "1 column".into(),
            n => format!("{n} columns"),
        },
        Item::Function(f) => {
            format!("{}({})", f.name, f.arguments.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Item::Schema(..)
        | Item::Extension(_)
        | Item::Sequence(_)
        | Item::View(_)
        | Item::Trigger(_)
        | Item::Other(_) => return None,
    })
}

/// The side of a changed object, in what differs.
pub(super) fn side(item: Item<'_>, other: Item<'_>, aspects: &[Aspect]) -> String {
    let mut words: Vec<String> = Vec::new();
    for &aspect in aspects {
        let word = match (item, other) {
            _ if aspect == Aspect::Name => item.name().to_owned(),
            (Item::Column(column), _) => column_aspect(column, aspect),
            (Item::PrimaryKey(key) | Item::Unique(key), _) => key_aspect(key, aspect),
            (Item::ForeignKey(fk), _) => foreign_key_aspect(fk, aspect),
            (Item::Check(check), _) => match aspect {
                Aspect::Expression => known(&check.expr, |e| shown(&e.sql)),
                Aspect::Validity => validity(check.not_valid).into(),
                Aspect::Options => if check.no_inherit { "no inherit" } else { "inherited" }.into(),
                _ => commented(check.comment.as_ref()),
            },
            (Item::Index(index), _) if aspect == Aspect::Columns && !aspects.contains(&Aspect::Include) => {
                all_columns(index)
            }
            (Item::Index(index), _) => index_aspect(index, aspect),
            (Item::Exclusion(exclusion), _) => exclusion_aspect(exclusion, aspect),
            (Item::Policy(policy), _) => policy_aspect(policy, aspect),
            (Item::Enum(ty), Item::Enum(other)) => enum_aspect(Pair::new(ty, other), aspect),
            (Item::Domain(domain), _) => domain_aspect(domain, aspect),
            (Item::Table(table), _) => table_aspect(table, aspect),
            (Item::View(view), _) => view_aspect(view, aspect),
            (Item::Sequence(sequence), Item::Sequence(other)) => sequence_aspect(Pair::new(sequence, other), aspect),
            (Item::Composite(_), _) => whole(item).unwrap_or_default(),
            (Item::Function(f), _) if aspect == Aspect::Comment => commented(f.comment.as_ref()),
            (Item::Function(f), Item::Function(other)) => function_words(Pair::new(f, other)),
            (Item::Trigger(t), _) => known(&t.definition, |d| shown(d)),
            (Item::Extension(x), _) => commented(x.comment.as_ref()),
            (Item::Schema(_, namespace), _) => commented(namespace.and_then(|n| n.comment.as_ref())),
            (Item::Enum(_) | Item::Function(_) | Item::Sequence(_) | Item::Other(_), _) => String::new(),
        };
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(", ")
}

fn whole_column(column: &Column) -> String {
    let mut words = vec![known(&column.ty, ToString::to_string)];
    if column.not_null == Known::Known(true) {
        words.push("not null".into());
    }
    let has_default = !matches!(column.default, Known::Known(None));
    for (is_shown, aspect) in [
        (has_default, Aspect::Default),
        (column.identity.is_some(), Aspect::Identity),
        (!matches!(column.generated, Known::Known(None)), Aspect::Generated),
    ] {
        if is_shown {
            words.push(column_aspect(column, aspect));
        }
    }
    words.join(" ")
}

fn column_aspect(column: &Column, aspect: Aspect) -> String {
    match aspect {
        Aspect::Type => known(&column.ty, ToString::to_string),
        Aspect::Nullability => known(&column.not_null, |n| if *n { "not null" } else { "nullable" }.into()),
        // Only where the language has no word for it is what is generated compared as a default.
        Aspect::Default if column.generated.known().is_some_and(Option::is_some) => {
            column_aspect(column, Aspect::Generated)
        }
        Aspect::Default => known(&column.default, |default| {
            default.as_ref().map_or_else(|| "no default".into(), |d| format!("default {}", shown(&d.expr.sql)))
        }),
        Aspect::Identity => column.identity.as_ref().map_or_else(
            || "no identity".into(),
            |identity| format!("generated {} as identity", if identity.always { "always" } else { "by default" }),
        ),
        Aspect::Generated => known(&column.generated, |generated| {
            generated
                .as_ref()
                .map_or_else(|| "not generated".into(), |g| format!("generated always as ({})", shown(&g.expr.sql)))
        }),
        Aspect::Collation => {
            column.collation.as_ref().map_or_else(|| "the default collation".into(), |name| format!("collation {name}"))
        }
        _ => commented(column.comment.as_ref()),
    }
}

fn key_aspect(key: &Key, aspect: Aspect) -> String {
    match aspect {
        Aspect::Form => "a unique constraint".into(),
        Aspect::Include => format!("include {}", list(&key.include)),
        Aspect::NullsNotDistinct => nulls(key.nulls_not_distinct).into(),
        Aspect::Deferrable => deferrable(key.deferrable).into(),
        Aspect::Options => options(&key.options),
        Aspect::Comment => commented(key.comment.as_ref()),
        _ => list(&key.columns),
    }
}

fn foreign_key_aspect(fk: &ForeignKey, aspect: Aspect) -> String {
    match aspect {
        Aspect::Actions => actions(fk).trim_start().to_owned(),
        Aspect::Deferrable => deferrable(fk.deferrable).into(),
        Aspect::Validity => validity(fk.not_valid).into(),
        Aspect::Options => {
            if fk.match_kind == crate::model::MatchKind::Full { "match full" } else { "match simple" }.into()
        }
        Aspect::Comment => commented(fk.comment.as_ref()),
        _ => references(fk),
    }
}

fn index_aspect(index: &Index, aspect: Aspect) -> String {
    match aspect {
        Aspect::Form => if index.unique { "a unique index" } else { "an index" }.into(),
        Aspect::Unique => if index.unique { "unique" } else { "not unique" }.into(),
        Aspect::Method => format!("using {}", index.method),
        Aspect::Include if index.include.is_empty() => "no include".into(),
        Aspect::Include => format!("include {}", list(&index.include)),
        Aspect::Predicate => predicate(index).unwrap_or_else(|| "for all rows".into()),
        Aspect::NullsNotDistinct => nulls(index.nulls_not_distinct).into(),
        Aspect::Deferrable => "not deferrable".into(),
        Aspect::Options => options(&index.options),
        Aspect::Comment => commented(index.comment.as_ref()),
        _ => list(index.keys.iter().map(index_key)),
    }
}

/// The keys, and what is included where that is counted among them.
fn all_columns(index: &Index) -> String {
    let keys = list(index.keys.iter().map(index_key));
    if index.include.is_empty() { keys } else { format!("{keys} include {}", list(&index.include)) }
}

fn exclusion_aspect(exclusion: &Exclusion, aspect: Aspect) -> String {
    match aspect {
        Aspect::Method => format!("using {}", exclusion.method),
        Aspect::Include => format!("include {}", list(&exclusion.include)),
        Aspect::Predicate => {
            exclusion.predicate.as_ref().map_or_else(|| "for all rows".into(), |p| format!("where {}", shown(&p.sql)))
        }
        Aspect::Deferrable => deferrable(exclusion.deferrable).into(),
        Aspect::Comment => commented(exclusion.comment.as_ref()),
        _ => elements(exclusion),
    }
}

fn policy_aspect(policy: &Policy, aspect: Aspect) -> String {
    match aspect {
        Aspect::Command => format!("for {}", policy.command.as_str()),
        Aspect::Roles => known(&policy.roles, |roles| format!("to {}", roles.join(", "))),
        Aspect::Expression => match clauses(policy).trim_start() {
            "" => "no condition".into(),
            clauses => clauses.to_owned(),
        },
        Aspect::Definition => if policy.permissive { "permissive" } else { "restrictive" }.into(),
        _ => commented(policy.comment.as_ref()),
    }
}

fn enum_aspect(types: Pair<&EnumType>, aspect: Aspect) -> String {
    let Some(labels) = types.map(|ty| &ty.labels).known() else { return String::new() };
    if aspect == Aspect::Comment {
        return commented(types.declared.comment.as_ref());
    }
    let values = labels.map(|labels| labels.iter().map(|label| label.value.as_str()).collect::<Vec<_>>());
    let other: HashSet<&str> = values.migrated.iter().copied().collect();
    let only_here: Vec<&str> = values.declared.iter().copied().filter(|value| !other.contains(value)).collect();
    // Of a long list only what tells the sides apart.
    match (aspect, values.declared.len()) {
        (Aspect::Values, 13..) if only_here.is_empty() => "nothing beyond them".into(),
        (Aspect::Values, 13..) => format!("also {}", labels_shown(only_here.into_iter())),
        _ => labels_shown(values.declared.into_iter()),
    }
}

fn domain_aspect(domain: &Domain, aspect: Aspect) -> String {
    match aspect {
        Aspect::Type => domain.base.to_string(),
        Aspect::Nullability => if domain.not_null { "not null" } else { "nullable" }.into(),
        Aspect::Default => {
            domain.default.as_ref().map_or_else(|| "no default".into(), |d| format!("default {}", shown(&d.sql)))
        }
        Aspect::Expression => match domain.checks.as_slice() {
            [] => "no check".into(),
            checks => checks.iter().map(|c| known(&c.expr, |e| shown(&e.sql))).collect::<Vec<_>>().join(" and "),
        },
        Aspect::Collation => {
            domain.collation.as_ref().map_or_else(|| "the default collation".into(), |c| format!("collation {c}"))
        }
        _ => commented(domain.comment.as_ref()),
    }
}

fn table_aspect(table: &Table, aspect: Aspect) -> String {
    match aspect {
        Aspect::RowLevelSecurity => {
            let security = table.row_level_security;
            match (security.enabled, security.forced) {
                (true, true) => "row level security forced",
                (true, false) => "row level security enabled",
                (false, _) => "row level security disabled",
            }
            .into()
        }
        Aspect::Definition => kind_of_table(table),
        Aspect::Options => {
            let logged = if table.persistence == Persistence::Unlogged { "unlogged" } else { "logged" };
            match table.options.as_slice() {
                [] => logged.into(),
                parameters => format!("{logged} {}", options(parameters)),
            }
        }
        _ => commented(table.comment.as_ref()),
    }
}

/// `a partition of events for values …`, `partitioned by range (day)`.
fn kind_of_table(table: &Table) -> String {
    let kind = match &table.kind {
        TableKind::Ordinary => String::new(),
        TableKind::Partitioned(key) => format!("partitioned by {}", shown(&key.sql)),
        TableKind::Foreign { server, .. } => format!("a foreign table of {server}"),
    };
    let part =
        table.partition.as_ref().map(|p| format!("a partition of {} {}", p.parent, known(&p.bound, |b| shown(b))));
    let parents = (!table.inherits.is_empty())
        .then(|| format!("inherits {}", list(table.inherits.iter().map(ToString::to_string))));
    let words: Vec<String> =
        [Some(kind), part, parents].into_iter().flatten().filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "an ordinary table".into() } else { words.join(", ") }
}

fn view_aspect(view: &View, aspect: Aspect) -> String {
    match aspect {
        Aspect::Definition => {
            let word = if view.materialized { "a materialized view of " } else { "" };
            format!("{word}{}", known(&view.query, |query| shown(&query.sql)))
        }
        Aspect::Columns => known(&view.columns, |columns| list(columns.iter().map(|column| &column.name))),
        Aspect::Options => match &view.check_option {
            Some(check) if view.options.is_empty() => format!("with {} check option", check.to_ascii_lowercase()),
            Some(check) => format!("{}, with {} check option", options(&view.options), check.to_ascii_lowercase()),
            None => options(&view.options),
        },
        _ => commented(view.comment.as_ref()),
    }
}

fn sequence_aspect(sequences: Pair<&Sequence>, aspect: Aspect) -> String {
    let sequence = sequences.declared;
    if aspect == Aspect::Comment {
        return commented(sequence.comment.as_ref());
    }
    let options = &sequence.options;
    let numbers = [
        ("increment by", options.increment),
        ("minvalue", options.min),
        ("maxvalue", options.max),
        ("start with", options.start),
        ("cache", options.cache),
    ];
    let ty = options.data_type.as_ref().map(|ty| format!("as {ty}"));
    let owner = sequences.map(|s| &s.owned_by).differs().then(|| match &sequence.owned_by {
        Some((table, column)) => format!("owned by {table}.{column}"),
        None => "owned by none".into(),
    });
    let numbers = numbers.into_iter().filter_map(|(word, number)| Some(format!("{word} {}", number?)));
    let words: Vec<String> =
        ty.into_iter().chain(numbers).chain(options.cycle.then(|| "cycle".into())).chain(owner).collect();
    if words.is_empty() { "the default options".into() } else { words.join(" ") }
}

/// The body; where that is the same, the rest of the definition.
fn function_words(functions: Pair<&Function>) -> String {
    let function = functions.declared;
    match &function.body {
        Some(body) if functions.map(|f| &f.body).differs() => shown(body),
        Some(body) => shown(&function.definition.replace(body.as_str(), "…")),
        None => shown(&function.definition),
    }
}

fn whole_index(index: &Index) -> String {
    let unique = if index.unique { "unique " } else { "" };
    let predicate = predicate(index).map_or_else(String::new, |p| format!(" {p}"));
    let include = if index.include.is_empty() { String::new() } else { format!(" include {}", list(&index.include)) };
    format!("{unique}{} {}{include}{predicate}", index.method, list(index.keys.iter().map(index_key)))
}

fn predicate(index: &Index) -> Option<String> {
    match &index.predicate {
        Known::Known(None) => None,
        Known::Known(Some(expr)) => Some(format!("where {}", shown(&expr.sql))),
        Known::Unknown(_) => Some("where …".into()),
    }
}

fn index_key(key: &IndexKey) -> String {
    let mut words = vec![match &key.part {
        IndexKeyPart::Column(name) => name.clone(),
        IndexKeyPart::Expr(expr) => known(expr, |e| shown(&e.sql)),
    }];
    words.extend(key.collation.as_ref().map(|name| format!("collate {name}")));
    words.extend(key.opclass.clone());
    words.extend((key.order == SortOrder::Descending).then(|| "desc".into()));
    words.extend(key.nulls.map(|nulls| if nulls == NullsOrder::First { "nulls first" } else { "nulls last" }.into()));
    words.join(" ")
}

fn elements(exclusion: &Exclusion) -> String {
    list(exclusion.elements.iter().map(|(key, operator)| format!("{} with {operator}", index_key(key))))
}

fn references(fk: &ForeignKey) -> String {
    format!("{} references {}{}", list(&fk.columns), fk.ref_table, list(&fk.ref_columns))
}

fn actions(fk: &ForeignKey) -> String {
    let action = |word: &str, action: Action| format!(" on {word} {}", action.as_str());
    format!("{}{}", action("delete", fk.on_delete), action("update", fk.on_update))
}

fn clauses(policy: &Policy) -> String {
    let clause = |word: &str, expr: &Known<Option<crate::model::Expr>>| match expr {
        Known::Known(None) => String::new(),
        Known::Known(Some(expr)) => format!(" {word} ({})", shown(&expr.sql)),
        Known::Unknown(_) => format!(" {word} (…)"),
    };
    clause("using", &policy.using) + &clause("with check", &policy.with_check)
}

fn labels_shown<'a>(labels: impl Iterator<Item = &'a str>) -> String {
    labels.map(|label| format!("'{label}'")).collect::<Vec<_>>().join(", ")
}

fn list(items: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.as_ref().to_owned()).collect();
    format!("({})", items.join(", "))
}

fn options(options: &[(String, String)]) -> String {
    if options.is_empty() {
        "no options".into()
    } else {
        format!("with {}", list(options.iter().map(|(n, v)| format!("{n} = {v}"))))
    }
}

fn known<T>(fact: &Known<T>, words: impl Fn(&T) -> String) -> String {
    fact.known().map_or_else(|| "…".into(), words)
}

fn commented(comment: Option<&String>) -> String {
    comment.map_or_else(|| "no comment".into(), |text| format!("comment '{}'", shown(text)))
}

fn validity(not_valid: bool) -> &'static str {
    if not_valid { "not valid" } else { "valid" }
}

fn nulls(not_distinct: bool) -> &'static str {
    if not_distinct { "nulls not distinct" } else { "nulls distinct" }
}

fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "not deferrable",
        Deferrable::InitiallyImmediate => "deferrable",
        Deferrable::InitiallyDeferred => "deferrable initially deferred",
    }
}

/// On one line, and not too much of it.
fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN_AT_MOST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
