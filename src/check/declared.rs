//! The declared side of a target.

use crate::config::{DeclaredSource, Target};
use crate::declared::prisma::PrismaSettings;
use crate::declared::{self, Declared};
use crate::dialect::Dialect;
use crate::source::{SourceMap, Tree};

/// Reads what a target declares; `None` where it declares nothing.
#[must_use]
pub fn load(tree: &dyn Tree, sources: &SourceMap, dialect: &dyn Dialect, target: &Target) -> Option<Declared> {
    let declared = match target.declared.as_ref()? {
        DeclaredSource::Drizzle { .. } => return None,
        DeclaredSource::Prisma { path } => {
            let settings = PrismaSettings { paths: vec![path.clone()], ..PrismaSettings::default() };
            declared::prisma::load(tree, sources, dialect, &settings)
        }
        DeclaredSource::Sql { .. } => return None,
    };
    Some(declared)
}
