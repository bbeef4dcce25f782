//! Columns.

use super::{Maker, Phase};
use crate::diagnostic::Aspect;
use crate::diff::Pair;
use crate::model::{Column, Identity, QualifiedName, Sequence, SequenceOptions, TypeName};

impl Maker<'_> {
    pub(super) fn add_column(&mut self, table: &QualifiedName, column: &Column) {
        if let Some(definition) = self.column_definition(table, column) {
            let relation = self.sql.relation(table);
            self.step(Phase::AddColumn, format!("ALTER TABLE {relation} ADD COLUMN {definition};"));
        }
        self.comment(&self.part("COLUMN", table, &column.name), column.comment.as_ref());
    }

    /// `"c" numeric(10, 2) DEFAULT 0 NOT NULL`; `None` where the type or a clause is not known.
    pub(super) fn column_definition(&self, table: &QualifiedName, column: &Column) -> Option<String> {
        let ty = column.ty.known()?;
        let mut sql = self.sql.name(&column.name);
        let serial = self.serial(table, column, ty);
        match serial {
            Some(serial) => sql += &format!(" {serial}"),
            None => sql += &format!(" {}", self.sql.ty(ty)),
        }
        if let Some(collation) = &column.collation {
            sql += &format!(" COLLATE {collation}");
        }
        if let (Some(default), None) = (column.default.known()?, serial) {
            sql += &format!(" DEFAULT {}", default.expr.sql);
        }
        if let Some(generated) = column.generated.known()? {
            let stored = if generated.stored { "STORED" } else { "VIRTUAL" };
            sql += &format!(" GENERATED ALWAYS AS ({}) {stored}", generated.expr.sql);
        }
        if let Some(identity) = &column.identity {
            sql += &format!(" {}", self.identity(identity));
        }
        if *column.not_null.known()? {
            sql += " NOT NULL";
        }
        Some(sql)
    }

    /// `serial` for an integer column that counts up by a sequence of its own.
    fn serial(&self, table: &QualifiedName, column: &Column, ty: &TypeName) -> Option<&'static str> {
        let default = column.default.known()?.as_ref()?;
        let Pair { declared, migrated } = self.catalogs;
        // One that stands by itself so far bears the name that a new one would get.
        let stands_alone = |sequence: &Sequence| {
            migrated.sequences.get(&sequence.name).is_some_and(|s| s.owned_by.is_none() && !s.identity)
        };
        let is_owned = default.expr.sql.to_ascii_lowercase().starts_with("nextval")
            && declared.sequences.values().any(|sequence| {
                let owner = sequence.owned_by.as_ref();
                owner.is_some_and(|(owner, name)| owner == table && *name == column.name) && !stands_alone(sequence)
            });
        match ty.name.as_str() {
            "integer" if is_owned => Some("serial"),
            "bigint" if is_owned => Some("bigserial"),
            "smallint" if is_owned => Some("smallserial"),
            _ => None,
        }
    }

    fn identity(&self, identity: &Identity) -> String {
        let always = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
        let name = self.sql.qualified(&identity.sequence);
        let options = sequence_options(&identity.options);
        let separator = if options.is_empty() { "" } else { " " };
        format!("GENERATED {always} AS IDENTITY (SEQUENCE NAME {name}{separator}{options})")
    }

    pub(super) fn alter_column(&mut self, table: &QualifiedName, columns: Pair<&Column>, aspects: &[Aspect]) {
        if aspects.contains(&Aspect::Generated) {
            self.rebuild_views_over(table);
            return self.replace_column(table, columns);
        }
        let prefix =
            format!("ALTER TABLE {} ALTER COLUMN {}", self.sql.relation(table), self.sql.name(&columns.migrated.name));
        let retyped = aspects.contains(&Aspect::Type) || aspects.contains(&Aspect::Collation);
        let defaults = columns.map(|c| c.default.known().and_then(Option::as_ref));
        if aspects.contains(&Aspect::Identity) && columns.migrated.identity.is_some() {
            self.step(Phase::AlterColumn, format!("{prefix} DROP IDENTITY;"));
        }
        if aspects.contains(&Aspect::Default) && columns.migrated.generated.known().is_some_and(Option::is_some) {
            self.step(Phase::AlterColumn, format!("{prefix} DROP EXPRESSION;"));
        }
        let had_default = defaults.migrated.is_some();
        let sets_default = aspects.contains(&Aspect::Default) || retyped && had_default;
        if sets_default && had_default && (retyped || defaults.declared.is_none()) {
            self.step(Phase::AlterColumn, format!("{prefix} DROP DEFAULT;"));
        }
        if retyped {
            self.rebuild_views_over(table);
            self.set_type(table, &prefix, columns);
        }
        if let (true, Some(default)) = (sets_default, defaults.declared) {
            self.create_own_sequence(table, columns);
            self.step(Phase::AlterColumn, format!("{prefix} SET DEFAULT {};", default.expr.sql));
        }
        if aspects.contains(&Aspect::Nullability) {
            let word = if columns.declared.not_null.known() == Some(&true) { "SET" } else { "DROP" };
            self.step(Phase::AlterColumn, format!("{prefix} {word} NOT NULL;"));
        }
        if let (true, Some(identity)) = (aspects.contains(&Aspect::Identity), &columns.declared.identity) {
            let clause = self.identity(identity);
            let counted = self.drop_own_sequence(table, columns.migrated, identity);
            self.step(Phase::AlterColumn, format!("{prefix} ADD {clause};"));
            if counted {
                self.count_on(table, &columns.declared.name, &identity.sequence);
            }
        }
    }

    /// The sequence of a `serial` column stands where that of the identity is to be. Tells whether there was one.
    fn drop_own_sequence(&mut self, table: &QualifiedName, column: &Column, identity: &Identity) -> bool {
        let sequence = self.catalogs.migrated.sequences.get(&identity.sequence);
        let is_own = sequence.and_then(|sequence| sequence.owned_by.as_ref());
        let is_own = is_own.is_some_and(|(owner, name)| owner == table && *name == column.name);
        if is_own && column.identity.is_none() {
            let name = self.sql.relation(&identity.sequence);
            self.step(Phase::AlterColumn, format!("DROP SEQUENCE {name};"));
        }
        is_own && column.identity.is_none()
    }

    /// A new sequence begins at 1, where rows have those numbers already.
    fn count_on(&mut self, table: &QualifiedName, column: &str, sequence: &QualifiedName) {
        let sequence = self.sql.literal(&self.sql.qualified(sequence));
        let (column, table) = (self.sql.name(column), self.sql.relation(table));
        let sql = format!("SELECT setval({sequence}, coalesce(max({column}), 0) + 1, false) FROM {table};");
        self.step(Phase::AlterColumn, sql);
    }

    /// The sequence that a `serial` column would have brought.
    fn create_own_sequence(&mut self, table: &QualifiedName, columns: Pair<&Column>) {
        let column = columns.declared;
        let Some(ty) = column.ty.known() else { return };
        if self.serial(table, column, ty).is_none() {
            return;
        }
        let owned = self.catalogs.declared.sequences.values().find(|sequence| {
            sequence.owned_by.as_ref().is_some_and(|(owner, name)| owner == table && *name == column.name)
        });
        let Some(sequence) = owned else { return };
        // One that an identity had went with it.
        let had_identity = columns.migrated.identity.as_ref().is_some_and(|had| had.sequence == sequence.name);
        if self.catalogs.migrated.sequences.contains_key(&sequence.name) && !had_identity {
            return;
        }
        let owner = format!("{}.{}", self.sql.relation(table), self.sql.name(&column.name));
        let name = self.sql.relation(&sequence.name);
        let ty = self.sql.ty(ty);
        self.step(Phase::AlterColumn, format!("CREATE SEQUENCE {name} AS {ty} OWNED BY {owner};"));
        if had_identity {
            self.count_on(table, &column.name, &sequence.name);
        }
    }

    fn set_type(&mut self, table: &QualifiedName, prefix: &str, columns: Pair<&Column>) {
        let Some(types) = columns.map(|c| &c.ty).known() else { return };
        self.remake_foreign_keys_of(table, &columns.migrated.name, types);
        self.remake_programs_on(table, &columns.migrated.name);
        let generated = self.drop_generated_of(table, &columns.migrated.name);
        let ty = self.sql.ty(types.declared);
        let collation = columns.declared.collation.as_ref();
        let collate = collation.map_or_else(String::new, |name| format!(" COLLATE {name}"));
        let using = using(&self.sql.name(&columns.migrated.name), &ty, types);
        self.step(Phase::AlterColumn, format!("{prefix} SET DATA TYPE {ty}{collate}{using};"));
        self.add_generated(table, &generated);
    }

    /// A generated column cannot be altered into another, nor an ordinary one into it.
    fn replace_column(&mut self, table: &QualifiedName, columns: Pair<&Column>) {
        let Some(definition) = self.column_definition(table, columns.declared) else { return };
        self.comment(&self.part("COLUMN", table, &columns.declared.name), columns.declared.comment.as_ref());
        let table = self.sql.relation(table);
        let name = self.sql.name(&columns.migrated.name);
        self.step(Phase::AlterColumn, format!("ALTER TABLE {table} DROP COLUMN {name};"));
        self.step(Phase::AlterColumn, format!("ALTER TABLE {table} ADD COLUMN {definition};"));
    }
}

/// The conversion of the values, where the server would not convert them by assignment.
fn using(column: &str, ty: &str, types: Pair<&TypeName>) -> String {
    let Pair { declared, migrated } = types;
    let is_number = |t: &TypeName| {
        matches!(t.name.as_str(), "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision")
    };
    let is_text = |t: &TypeName| matches!(t.name.as_str(), "text" | "character varying" | "character");
    match (declared.array, migrated.array) {
        (true, false) => return format!(" USING ARRAY[{column}]::{ty}"),
        (false, true) => return format!(" USING {column}[1]::{ty}"),
        _ => {}
    }
    if declared.name == migrated.name && declared.schema == migrated.schema
        || is_text(declared)
        || types.both(is_number)
    {
        return String::new();
    }
    if is_text(migrated) || is_related(types) {
        return format!(" USING {column}::{ty}");
    }
    let text = if declared.array { "text[]" } else { "text" };
    format!(" USING {column}::{text}::{ty}")
}

/// Types with a cast of their own between them.
fn is_related(types: Pair<&TypeName>) -> bool {
    let is_time = |t: &TypeName| t.name == "date" || t.name.starts_with("timestamp ");
    types.both(is_time) || types.both(|t| t.name.starts_with("json")) || types.both(|t| t.name.starts_with("time "))
}

/// `INCREMENT BY 2 MINVALUE 1`: what is set, in drizzle-kit's order.
pub(super) fn sequence_options(options: &SequenceOptions) -> String {
    let numbers = [
        ("INCREMENT BY", options.increment),
        ("MINVALUE", options.min),
        ("MAXVALUE", options.max),
        ("START WITH", options.start),
        ("CACHE", options.cache),
    ];
    let mut clauses: Vec<String> =
        numbers.into_iter().filter_map(|(word, number)| Some(format!("{word} {}", number?))).collect();
    if options.cycle {
        clauses.push("CYCLE".into());
    }
    clauses.join(" ")
}
