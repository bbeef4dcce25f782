//! Sequences: stand-alone, serial columns' and identity columns'.

use super::IssueKind;
use super::lookup::Found;
use super::refusal::{Effect, Ran, Refusal};
use super::sequence_bounds::{Bounds, bounds_of};
use super::state::{Relation, State};
use crate::ddl::{Name, SequenceChange};
use crate::model::{
    Column, Default, Expr, Identity, ObjectKind, ObjectRef, Persistence, QualifiedName, Sequence, SequenceOptions,
    TypeName,
};
use crate::source::Span;

impl State {
    /// The default of a serial column. The sequence's name is qualified unless it is in `public`.
    pub(super) fn nextval(&self, sequence: &QualifiedName, span: Span) -> Default {
        let name = if sequence.schema == "public" {
            quote_if_needed(&sequence.name)
        } else {
            format!("{}.{}", quote_if_needed(&sequence.schema), quote_if_needed(&sequence.name))
        };
        Default::new(Expr::new(format!("nextval({}::regclass)", self.dialect.quote_literal(&name)), span))
    }

    /// Makes the sequence of a serial column.
    pub(super) fn create_serial_sequence(
        &mut self,
        table: &QualifiedName,
        column: &str,
        ty: &TypeName,
    ) -> QualifiedName {
        let name = self.choose_sequence_name(&table.schema, &table.name, column);
        let name = QualifiedName::new(&table.schema, name);
        let data_type = (ty.name != "bigint").then(|| ty.clone());
        let options = SequenceOptions { data_type, ..SequenceOptions::default() };
        self.add_sequence(&name, options, Some((table.clone(), column.to_owned())), false);
        name
    }

    /// Makes the sequence of an identity column.
    pub(super) fn create_identity(
        &mut self,
        table: &QualifiedName,
        column: &str,
        ty: &TypeName,
        def: &crate::ddl::IdentityDef,
    ) -> Ran<Identity> {
        self.check_counts(ty)?;
        let base = ty.clone();
        let name = match &def.sequence {
            Some(name) => {
                let key = match &name.schema {
                    Some(_) => self.creation_name(name)?,
                    None => QualifiedName::new(&table.schema, &name.name),
                };
                self.free_relation_name(&key, name.span)?;
                key
            }
            None => QualifiedName::new(&table.schema, self.choose_sequence_name(&table.schema, &table.name, column)),
        };
        let mut options = def.options.clone();
        options.data_type = (base.name != "bigint").then_some(base);
        self.check_sequence(&options)?;
        self.add_sequence(&name, options.clone(), Some((table.clone(), column.to_owned())), true);
        Ok(Identity { always: def.always, sequence: name, options })
    }

    /// What an identity column counts in.
    fn check_counts(&self, ty: &TypeName) -> Ran<()> {
        if matches!(ty.name.as_str(), "smallint" | "integer" | "bigint") && !ty.array && ty.schema.is_none() {
            return Ok(());
        }
        let message = "identity column type must be smallint, integer, or bigint";
        Err(Refusal::new(IssueKind::InvalidType, "22023", message).uncertain_if(!self.knows_all))
    }

    /// A column that counts keeps to the types that do.
    pub(super) fn check_identity_type(&self, column: &Column, to: Option<&TypeName>) -> Ran<()> {
        match to {
            Some(to) if column.identity.is_some() => self.check_counts(to),
            _ => Ok(()),
        }
    }

    fn add_sequence(
        &mut self,
        name: &QualifiedName,
        options: SequenceOptions,
        owned_by: Option<(QualifiedName, String)>,
        identity: bool,
    ) {
        self.set_relation(name, Some(Relation::Sequence));
        let origin = self.origin();
        self.insert_sequence(
            name.clone(),
            Sequence { name: name.clone(), options, owned_by, identity, comment: None, origin },
        );
        self.note_made(|| ObjectRef::top(ObjectKind::Sequence, name));
    }

    pub(super) fn create_sequence(
        &mut self,
        name: &Name,
        if_not_exists: bool,
        persistence: Persistence,
        change: &SequenceChange,
    ) -> Ran {
        let key = self.creation_name_as(name, persistence)?;
        if self.relations.contains_key(&key) && if_not_exists {
            return Ok(Effect::Carried);
        }
        self.free_relation_name(&key, name.span)?;
        check_options(change, name)?;
        let mut options = SequenceOptions::default();
        apply_change(&mut options, change);
        self.check_sequence(&options)?;
        self.add_sequence(&key, options, None, false);
        if let Some(owner) = &change.owned_by {
            self.set_owner(&key, owner.as_ref())?;
        }
        Ok(Effect::Applied)
    }

    pub(super) fn alter_sequence(&mut self, name: &Name, if_exists: bool, change: &SequenceChange) -> Ran {
        let key = match self.find_relation(name) {
            Found::Is(key, Relation::Sequence) => key,
            Found::Outside => return Ok(Effect::Carried),
            Found::Is(..) => {
                return Err(Refusal::new(
                    IssueKind::InvalidReference,
                    "42809",
                    format!("\"{}\" is not a sequence", name.name),
                )
                .at(name.span)
                .uncertain_if(!self.knows_all));
            }
            Found::Missing if if_exists => return Ok(Effect::Carried),
            Found::Missing => return Err(self.missing_sequence(name)),
        };
        check_options(change, name)?;
        if let Some(was) = self.catalog.sequences.get(&key).map(|sequence| sequence.options.clone()) {
            let mut options = was.clone();
            apply_change(&mut options, change);
            Bounds::keep(&was, &mut options, (change.min.is_some(), change.max.is_some()));
            self.check_sequence(&options)?;
            self.set_sequence_options(&key, options);
        }
        if let Some(owner) = &change.owned_by {
            if self.catalog.sequences.get(&key).is_some_and(|s| s.identity) {
                return Err(Refusal::new(
                    IssueKind::InvalidDefinition,
                    "0A000",
                    "cannot change ownership of identity sequence",
                ));
            }
            self.set_owner(&key, owner.as_ref())?;
        }
        Ok(Effect::Applied)
    }

    /// The options of a sequence; an identity column's are its sequence's.
    pub(super) fn set_sequence_options(&mut self, name: &QualifiedName, options: SequenceOptions) {
        let now = self.now;
        let Some(sequence) = self.sequence_mut(name) else { return };
        sequence.options.clone_from(&options);
        sequence.origin.touch(now);
        let Some((table, column)) = sequence.owned_by.clone().filter(|_| sequence.identity) else { return };
        let column = self.table_mut(&table).and_then(|t| t.column_mut(&column));
        if let Some(identity) = column.and_then(|c| c.identity.as_mut()) {
            identity.options = options;
        }
    }

    /// An identity column of another type counts in that (`transformAlterTableStmt`).
    pub(super) fn retype_identity(&mut self, column: &Column, to: &TypeName) -> Ran<()> {
        let Some(identity) = &column.identity else { return Ok(()) };
        let was = identity.options.clone();
        let mut options = was.clone();
        set_data_type(&mut options, to);
        Bounds::keep(&was, &mut options, (false, false));
        self.check_sequence(&options)?;
        self.set_sequence_options(&identity.sequence, options);
        Ok(())
    }

    pub(super) fn missing_sequence(&self, name: &Name) -> Refusal {
        let mut refusal = self.missing_relation(name, "relation");
        refusal.kind = IssueKind::UnknownObject;
        refusal.object = Some(ObjectRef::top(ObjectKind::Sequence, &self.would_be(name)));
        refusal.about = refusal.object.clone();
        refusal
    }

    /// OWNED BY.
    fn set_owner(&mut self, sequence: &QualifiedName, owner: Option<&(Name, String)>) -> Ran<()> {
        let owned_by = match owner {
            None => None,
            Some((table, column)) => {
                let Some(key) = self.find_table(table)? else { return Ok(()) };
                let Some(found) = self.table(&key) else { return Ok(()) };
                if self.lacks_column(found, column) {
                    return Err(self.missing_column(found, column, Some(table.span)));
                }
                if key.schema != sequence.schema {
                    return Err(Refusal::new(
                        IssueKind::InvalidDefinition,
                        "55000",
                        "sequence must be in same schema as table it is linked to",
                    )
                    .at(table.span));
                }
                Some((key, column.clone()))
            }
        };
        if let Some(sequence) = self.sequence_mut(sequence) {
            sequence.owned_by = owned_by;
        }
        Ok(())
    }

    /// Sequences that a column owns.
    pub(super) fn sequences_owned_by(&self, table: &QualifiedName, column: Option<&str>) -> Vec<QualifiedName> {
        let owned = |s: &&Sequence| {
            s.owned_by.as_ref().is_some_and(|(t, c)| t == table && column.is_none_or(|column| c == column))
        };
        self.catalog.sequences.values().filter(owned).map(|s| s.name.clone()).collect()
    }

    /// Takes a sequence out of the catalog.
    pub(super) fn erase_sequence(&mut self, name: &QualifiedName) {
        let Some(sequence) = self.remove_sequence(name) else { return };
        self.set_relation(name, None);
        self.bury(ObjectRef::top(ObjectKind::Sequence, name), sequence.origin, None);
    }
}

fn check_options(change: &SequenceChange, sequence: &Name) -> Ran<()> {
    let refusal = |flaw| Refusal::new(IssueKind::InvalidDefinition, "42601", flaw).at(sequence.span);
    change.flaw.map_or(Ok(()), |flaw| Err(refusal(flaw)))
}

/// Carries written options into a sequence's.
pub(super) fn apply_change(options: &mut SequenceOptions, change: &SequenceChange) {
    if let Some(ty) = &change.data_type {
        set_data_type(options, &ty.ty);
    }
    options.start = change.start.or(options.start);
    options.increment = change.increment.or(options.increment);
    if let Some(min) = change.min {
        options.min = min;
    }
    if let Some(max) = change.max {
        options.max = max;
    }
    options.cache = change.cache.or(options.cache);
    options.cycle = change.cycle.unwrap_or(options.cycle);
}

fn set_data_type(options: &mut SequenceOptions, ty: &TypeName) {
    // Bounds that are the old type's become the new one's (`init_params` in src/backend/commands/sequence.c).
    let old = options.data_type.as_ref().map_or("bigint", |ty| ty.name.as_str());
    if let (Some((least, most)), Some((new_least, new_most))) = (bounds_of(old), bounds_of(&ty.name)) {
        options.min = options.min.map(|min| if min == least { new_least } else { min });
        options.max = options.max.map(|max| if max == most { new_most } else { max });
    }
    options.data_type = (ty.name != "bigint").then(|| ty.clone());
}

/// An identifier as the server prints it: quoted only where it must be.
pub(super) fn quote_if_needed(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}
