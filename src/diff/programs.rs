//! Policies, triggers, functions, extensions, and what is carried as text.

use super::differ::{ColumnTypes, Differ, Reading, other_ref};
use super::matching::by_key;
use super::names::Names;
use super::{Item, Owner, Pair, Unmanaged};
use crate::diagnostic::Aspect;
use crate::model::{Expr, Function, Known, Policy, Table, Trigger};

impl<'a> Differ<'a, '_> {
    pub(super) fn policies(&mut self, tables: Pair<&'a Table>, reading: Pair<Reading>, types: ColumnTypes<'_>) {
        let owner = Some(Owner::Table(tables));
        let matching = by_key(tables.map(|t| &t.policies), |policy| policy.name.as_str());
        for pair in matching.both {
            let aspects = self.policy_aspects(pair, types);
            self.changed(pair.map(Item::Policy), owner, aspects);
        }
        for policy in matching.declared {
            self.missing(Item::Policy(policy), owner, reading.migrated);
        }
        for policy in matching.migrated {
            self.undeclared(Item::Policy(policy), owner, reading.declared);
        }
    }

    fn policy_aspects(&self, pair: Pair<&Policy>, types: ColumnTypes<'_>) -> Vec<Aspect> {
        let differ = |clauses: Pair<&Known<Option<Expr>>>| {
            clauses.known().is_some_and(|clauses| match clauses.map(Option::as_ref).present() {
                Some(exprs) => !self.same_expression(exprs, None, types),
                None => clauses.map(Option::is_some).differs(),
            })
        };
        let facts = [
            (pair.map(|p| p.permissive).differs(), Aspect::Definition),
            (pair.map(|p| p.command).differs(), Aspect::Command),
            (pair.map(|p| &p.roles).known().is_some_and(|roles| roles.differs()), Aspect::Roles),
            (differ(pair.map(|p| &p.using)) || differ(pair.map(|p| &p.with_check)), Aspect::Expression),
            (self.language.comments && pair.map(|p| &p.comment).differs(), Aspect::Comment),
        ];
        facts.into_iter().filter_map(|(differs, aspect)| differs.then_some(aspect)).collect()
    }

    pub(super) fn triggers(&mut self, lists: Pair<&'a [Trigger]>, owner: Owner<'a>) {
        let types = owner.tables().map(ColumnTypes::of).unwrap_or_default();
        let matching = by_key(lists, |trigger| trigger.name.as_str());
        for pair in matching.both {
            let definitions = pair.map(|t| &t.definition).known();
            let functions = pair.map(|t| t.function.as_ref()).present();
            let differs = definitions.is_some_and(|d| !self.same_program(d, types))
                || functions.is_some_and(|functions| functions.differs())
                || pair.map(|t| t.enabled).differs();
            let facts = [
                (differs, Aspect::Definition),
                (self.language.comments && pair.map(|t| &t.comment).differs(), Aspect::Comment),
            ];
            let aspects = facts.into_iter().filter_map(|(differs, aspect)| differs.then_some(aspect)).collect();
            self.changed(pair.map(Item::Trigger), Some(owner), aspects);
        }
        for trigger in matching.declared {
            self.missing(Item::Trigger(trigger), Some(owner), Reading::Complete);
        }
        for trigger in matching.migrated {
            self.undeclared(Item::Trigger(trigger), Some(owner), self.declarations());
        }
    }

    pub(super) fn functions(&mut self) {
        let lists = self.catalogs.map(|catalog| {
            catalog.functions.iter().filter(|f| self.looks_into(&f.name.schema)).collect::<Vec<&'a Function>>()
        });
        let matching = by_key(lists.as_ref(), |f| (&f.name, &f.arguments));
        for pair in matching.both {
            let pair = pair.map(|f| *f);
            let differs = pair.map(|f| (f.kind, &f.returns, &f.language)).differs()
                || self.bodies_differ(pair)
                || !self.same_program(pair.map(|f| &f.definition), ColumnTypes::default());
            let facts = [
                (differs, Aspect::Definition),
                (self.language.comments && pair.map(|f| &f.comment).differs(), Aspect::Comment),
            ];
            let aspects = facts.into_iter().filter_map(|(differs, aspect)| differs.then_some(aspect)).collect();
            self.changed(pair.map(Item::Function), None, aspects);
        }
        for function in matching.declared {
            self.missing(Item::Function(function), None, Reading::Complete);
        }
        for function in matching.migrated {
            self.undeclared(Item::Function(function), None, self.declarations());
        }
    }

    fn same_program(&self, texts: Pair<&String>, columns: ColumnTypes<'_>) -> bool {
        let names = Names { columns, catalogs: self.catalogs };
        self.dialect.same_program(texts.declared, texts.migrated, &names)
    }

    /// White space and comments count in languages that the server does not read itself.
    fn bodies_differ(&self, pair: Pair<&Function>) -> bool {
        let bodies = pair.map(|f| f.body.as_ref());
        let is_read = matches!(pair.declared.language.as_deref(), Some("sql" | "plpgsql"));
        match bodies.present() {
            Some(bodies) if is_read => !self.dialect.same_tokens(bodies.declared, bodies.migrated),
            _ => bodies.differs(),
        }
    }

    pub(super) fn extensions(&mut self) {
        let matching = by_key(self.catalogs.map(|catalog| catalog.extensions.values()), |x| x.name.as_str());
        for extension in matching.declared {
            self.missing(Item::Extension(extension), None, Reading::Complete);
        }
        for extension in matching.migrated {
            self.undeclared(Item::Extension(extension), None, self.declarations());
        }
    }

    /// What neither side understands is at least named; what is declared has to be there.
    pub(super) fn opaque(&mut self) {
        let matching = by_key(self.catalogs.map(|catalog| &catalog.opaque), |x| (&x.what, &x.name, &x.on));
        let reading = Reading::of(&self.catalogs.migrated.unknown);
        for object in matching.declared {
            self.missing(Item::Other(object), None, reading);
        }
        for object in matching.migrated {
            if !self.scope.in_prelude(Some(&object.origin)) {
                self.diff.unmanaged.push(Unmanaged {
                    what: object.what.clone(),
                    object: other_ref(object),
                    origin: Some(&object.origin),
                });
            }
        }
    }
}
