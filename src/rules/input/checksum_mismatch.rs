//! `input/checksum-mismatch`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A directory of migrations is not as its checksum file says.
    ///
    /// # What it does
    /// Computes Atlas's sums anew, and reports the first file that was added, edited or removed after `atlas.sum` was written.
    ///
    /// # Why is this bad
    /// `atlas migrate apply` refuses to run such a directory: the deployment stops.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/atlas.sum
    /// h1:zM2dQ7UQdXJzB0o0A0A0A0A0A0A0A0A0A0A0A0A0A0A=
    /// //- /migrations/1_init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// ```
    /// ```fixture,good
    /// //- /migrations/atlas.sum
    /// h1:Zowgc8aSkrJw6ZqY2x4QtAF9MNy6n1XENvGuZjroPRU=
    /// 1_init.sql h1:+8ZssaC2Zbio9KY/drEROBRjqdDCN84syJnZlMsNJ9Q=
    /// //- /migrations/1_init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// ```
    ///
    /// # When it stays quiet
    /// Where the config gives values for placeholders, or lists the files.
    ///
    /// # Sources
    /// ariga/atlas `sql/migrate/dir.go`, `NewHashFile`.
    pub(crate) static CHECKSUM_MISMATCH = "input/checksum-mismatch", Severity::Error;
}
