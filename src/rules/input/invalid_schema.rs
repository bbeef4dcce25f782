//! `input/invalid-schema`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A declaration has no meaning: its own tool would refuse the schema.
    ///
    /// # What it does
    /// Reports unknown types, relations without their scalar fields, duplicate models and the like, as the schema's own tool does.
    ///
    /// # Why is this bad
    /// The tool stops at it; what depends on the declaration is not compared.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /schema.prisma
    /// datasource db {
    ///   provider = "postgresql"
    /// }
    /// model users {
    ///   id  Int @id
    ///   id2 Nowhere
    /// }
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer NOT NULL, CONSTRAINT users_pkey PRIMARY KEY (id));
    /// ```
    /// ```fixture,good
    /// //- /schema.prisma
    /// datasource db {
    ///   provider = "postgresql"
    /// }
    /// model users {
    ///   id  Int @id
    /// }
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer NOT NULL, CONSTRAINT users_pkey PRIMARY KEY (id));
    /// ```
    ///
    /// # When it stays quiet
    /// About what is merely deprecated.
    ///
    /// # Sources
    /// Prisma's schema validation.
    pub(crate) static INVALID_SCHEMA = "input/invalid-schema", Severity::Error;
}
